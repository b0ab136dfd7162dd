"""The keys of `[sexton]` that are about HTTP → model/http.py: address, Host names, tokens.

Invariant: what leaves here and is not on loopback has a token. Tokens in files are read for a run only; a file that
everybody may read is a warning, because it works all the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.config.addresses import parse_address
from sexton.config.table import pending
from sexton.config.values import Unfit, name, names, shown
from sexton.core.addresses import is_loopback
from sexton.model.http import DEFAULT_ADDRESS, SHORTEST_TOKEN, Http, Tokens, is_token
from sexton.model.reference import SecretReference

if TYPE_CHECKING:
    from sexton.config.table import Table

HTTP_KEYS = ("http", "hosts", "token", "token_file", "read_token", "read_token_file")

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_FILE_LIMIT = 10_000

Where = Callable[[str], "Table | None"]  # key → the table that sets it


def read_http(where: Where, *, for_run: bool) -> Http:
    """What the tables say of HTTP; whatever is wrong with it is reported where it stands."""
    table = where("http")
    address: tuple[str, int] | None = DEFAULT_ADDRESS
    if table is not None:
        address = table.read("http", parse_address, address)
    tokens = Tokens(
        control=_token(where, "token", for_run=for_run),
        read=_token(where, "read_token", for_run=for_run),
    )
    if table is None or "http" not in table:
        return Http(address, _hosts(where), tokens)
    if address is not None and not is_loopback(address[0]) and all(where(key) is None for key in HTTP_KEYS[2:]):
        message = f"{shown(table.data['http'])} is open to other machines, and there is no token; set `token_file`"
        table.problem(f'{message}, or listen on "127.0.0.1:{address[1]}"', "http")
    if address is None:  # nowhere: then nothing can be wrong with the place, and finding its line reads the whole file
        return Http(address, _hosts(where), tokens)
    return Http(address, _hosts(where), tokens, table.file, table.places.line((*table.path, "http")))


def _hosts(where: Where) -> frozenset[str]:
    table = where("hosts")
    return table.read("hosts", _host_names, frozenset()) if table else frozenset()


def _host_names(value: object) -> frozenset[str]:
    if value == []:
        return frozenset()
    found = names('["sexton.example.com"]')(value)
    for host in found:
        if not _HOST.fullmatch(host):
            raise Unfit(f'{shown(host)} is no host name; one such as "sexton.example.com", without a port, is meant')
    return frozenset(host.lower() for host in found)


def _token(where: Where, key: str, *, for_run: bool) -> str:
    """The token of `key` or of the file that `key_file` names; "" when there is none, or none to be read now. A
    SecretReference stands for one that is a secret."""
    direct, file = where(key), where(f"{key}_file")
    if direct is not None and file is not None:
        file.problem(f"`{key}` is set as well; set one of them", f"{key}_file")
        return ""
    if direct is not None:
        token = direct.read(key, _word, "")
        if isinstance(token, SecretReference):  # whoever has the value looks at it
            return token
        _warn_of_readers(direct, direct.file, key)
        return _checked(direct, key, token)
    if file is None or pending(file.data[f"{key}_file"]) or not for_run:
        return ""
    path = os.path.join(os.path.dirname(os.path.abspath(file.file)), file.read(f"{key}_file", name, ""))
    return _checked(file, f"{key}_file", file.read(f"{key}_file", lambda _value: _token_in(path), ""), path)


def _token_in(path: str) -> str:
    from sexton.config.files import Unreadable, read_text

    try:
        return _word(read_text(path, _FILE_LIMIT).strip())
    except Unreadable as error:
        raise Unfit(f"cannot read {path}: {error}") from None


def _word(value: object) -> str:
    if not isinstance(value, str) or not is_token(value):  # never say what it was
        raise Unfit("a token is ASCII letters, digits and signs without spaces, at least one")
    return value


def _checked(table: Table, key: str, token: str, path: str = "") -> str:
    if token and len(token) < SHORTEST_TOKEN:
        table.warning(f"a token of fewer than {SHORTEST_TOKEN} characters can be guessed", key)
    if path:
        _warn_of_readers(table, path, key)
    return token


def _warn_of_readers(table: Table, path: str, key: str) -> None:
    try:
        anyone = os.stat(path).st_mode & 0o004
    except OSError:  # reading it has said so, or will
        return
    if anyone:
        table.warning(f"everybody on this machine may read the token in {path}; chmod o-r it", key)
