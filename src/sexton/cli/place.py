"""What a client connects to: a unix socket's path, or `http://host:port`."""

from __future__ import annotations

import socket
from typing import NamedTuple

from sexton.cli.failures import Unreachable, UsageError

_MEANT = "write it as http://127.0.0.1:8470"


class Place(NamedTuple):
    """`address` is what connect(2) takes, `host` what the Host header says."""

    family: int
    address: str | tuple[str, int]
    host: str


def place_of(path: str) -> Place:
    """A URL begins with `http://`, everything else is a path. UsageError for a URL that is none, Unreachable for a
    host that has no address."""
    if not path.startswith(("http://", "https://")):
        return Place(socket.AF_UNIX, path, "localhost")
    scheme, _, rest = path.partition("://")
    authority = rest.removesuffix("/")
    host, port = _split(authority)
    if scheme != "http" or not host or not 0 < port < 65_536:
        raise UsageError(f"'{path}' is no address of Sexton's; {_MEANT}")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"cannot reach Sexton at {path}: {getattr(error, 'strerror', None) or error}") from None
    return Place(family, (str(address[0]), int(address[1])), authority)


def _split(authority: str) -> tuple[str, int]:
    """Host and port; the port is 0 when it is none, 80 when it is left out."""
    if authority.startswith("["):
        host, closed, rest = authority[1:].partition("]")
        before, _, port = rest.partition(":") if rest else ("", "", "80")
        return (host, _number(port)) if closed and not before else ("", 0)
    host, colon, port = authority.partition(":")
    return host, _number(port) if colon else 80


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
