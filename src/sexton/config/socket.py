"""The key `socket` of a service: a listening socket that its processes have as their standard input → Socket.

A host's name is looked up where the plan is read, so that no start waits for a name server.
"""

import os
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sexton.config.limits import umask
from sexton.config.owner import owner
from sexton.config.table import Table
from sexton.config.values import Unfit, name, shown, whole
from sexton.model.process import Socket

T = TypeVar("T")

_KEYS = ("path", "address", "backlog", "owner", "mode")
_MEANT = 'a table such as { path = "/run/app.sock" } or { address = "127.0.0.1:9000" }'


def read_socket(table: Table, *, for_run: bool) -> Socket | None:
    """The socket of a service's table, None where it has none."""
    socket = table.below("socket", _MEANT)
    if socket is None:
        return None
    socket.only(_KEYS, {})
    if ("path" in socket) == ("address" in socket):
        socket.problem(f"`path` or `address` is meant; {_MEANT}")
    backlog = socket.read("backlog", whole(1, 65_535, "a number of connections from 1 to 65535"), None)
    if "address" not in socket:
        path = socket.read("path", _path, "")
        mode = socket.read("mode", umask, 0o700)
        return Socket(path, backlog=backlog, owner=_owner(socket, for_run=for_run), mode=mode)
    for key in ("owner", "mode"):
        if key in socket:
            socket.problem("only a socket with a `path` has one; leave it out", key)
    host, port = socket.read("address", partial(_address, for_run=for_run), ("", 0))
    return Socket(host=host, port=port, backlog=backlog)


def _owner(socket: Table, *, for_run: bool) -> tuple[int, int] | None:
    read: Callable[[object], tuple[int, int]] = owner
    try:
        return read(socket.data["owner"]) if "owner" in socket else None
    except Unfit as error:
        (socket.problem if for_run else socket.warning)(str(error), "owner")
        return None


def _path(value: object) -> str:
    if not os.path.isabs(name(value)):
        raise Unfit(f"{shown(value)} is no absolute path; one such as /run/app.sock is meant")
    return os.path.normpath(name(value))


def _address(value: object, *, for_run: bool) -> tuple[str, int]:
    from socket import gaierror, gethostbyname

    host, colon, digits = name(value).rpartition(":")
    if not colon or not host or not digits.isdecimal() or not 1 <= int(digits) <= 65_535:
        raise Unfit(f'{shown(value)} is no address; one such as "127.0.0.1:9000" is meant')
    try:
        return gethostbyname(host) if for_run else host.lower(), int(digits)
    except (gaierror, UnicodeError):
        raise Unfit(f"there is no host {shown(host)} that can be found from here; write its IPv4 address") from None
