"""Where the daemon listens: --socket, else SEXTON_SOCKET, else the configuration's `socket`, else the default place.

Reads of a configuration only that one key, so that every verb stays quick and a mistake elsewhere in the file does
not lock a person out of a running daemon. Invariant: no answer rests on a guess, for another Sexton may listen there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from sexton.config.places import CONFIG_FILES, default_socket
from sexton.model.errors import ConfigError, Problem

CONFIG_LIMIT = 10_000_000


def find_socket(given: str | None, environ: Mapping[str, str]) -> str:
    """The path of the daemon's socket. Raises ConfigError when only the configuration can tell, and is broken."""
    if given:
        return given
    if environ.get("SEXTON_SOCKET"):
        return environ["SEXTON_SOCKET"]
    return _configured(environ) or default_socket(environ, os.geteuid())


def _configured(environ: Mapping[str, str]) -> str | None:
    path = next((path for path in CONFIG_FILES if os.path.lexists(path)), None)
    if path is None:
        return None
    from sexton.config.files import Unreadable, read_text

    try:
        # Root takes no directions from a file that somebody else could have written.
        text = read_text(path, CONFIG_LIMIT, trusted=True)
    except Unreadable as error:
        raise _unknown(path, 0, f"cannot read it: {error}") from None
    return _socket_in(text, path, environ) if "socket" in text else None


def _socket_in(text: str, path: str, environ: Mapping[str, str]) -> str | None:
    from sexton.config.expand import Expander

    table = _tables(text, path).get("sexton")
    written = table.get("socket") if isinstance(table, dict) else None
    if not isinstance(written, str) or not written:
        return None
    expansion = Expander(environ, for_run=True).expand(written)
    if expansion.problem:
        from sexton.config.where import Where

        raise _unknown(path, Where(text).line(("sexton", "socket")), f"sexton.socket: {expansion.problem}")
    return os.path.join(os.path.dirname(os.path.abspath(path)), expansion.text)


def _tables(text: str, path: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError:
        from sexton.config.native import parse_toml

        remark = parse_toml(text).problems[0]
        raise _unknown(path, remark.line, remark.message) from None
    except RecursionError:
        raise _unknown(path, 0, "lists or tables nest too deep; put fewer within each other") from None


def _unknown(path: str, line: int, what: str) -> ConfigError:
    said = "so it cannot say where Sexton listens; mend it, or say it with --socket"
    return ConfigError([Problem(path, line, f"{what}; {said}")])
