"""Listening sockets that processes have as their standard input: made for the first, closed when the last has ended.

What another socket has left at a path is replaced; anything else there is let be. Loaded for such processes alone.
Invariant: a socket is open as long as one process that was given it lives, and no longer.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from socket import AF_INET, AF_UNIX, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, SOMAXCONN
from socket import socket as make_socket
from typing import TYPE_CHECKING

from sexton.model.errors import SpawnError
from sexton.model.process import Socket

if TYPE_CHECKING:
    from sexton.model.handover import SocketLeft


class Listening:
    """All such sockets that are open, and who has them."""

    def __init__(self) -> None:
        self._open: dict[Socket, make_socket] = {}
        self._users: dict[int, Socket] = {}  # by pid

    @contextmanager
    def given(self, wanted: Socket) -> Iterator[int]:
        """The descriptor of the socket; who has got it in the block is told by `used`. Raises SpawnError."""
        if wanted not in self._open:
            self._open[wanted] = _listen(wanted)
        try:
            yield self._open[wanted].fileno()
        finally:
            self._close_unused(wanted)

    def used(self, pid: int, wanted: Socket) -> None:
        self._users[pid] = wanted

    def ended(self, pid: int) -> None:
        """A process has ended, which may have had one."""
        had = self._users.pop(pid, None)
        if had is not None:
            self._close_unused(had)

    def leave_behind(self) -> tuple[SocketLeft, ...]:
        """What the next image of Sexton goes on with."""
        from sexton.model.handover import SocketLeft

        return tuple(
            SocketLeft(wanted, made.fileno(), tuple(pid for pid, had in self._users.items() if had == wanted))
            for wanted, made in self._open.items()
        )

    def take_up(self, left: Iterable[SocketLeft]) -> None:
        """Go on with what the last image has left."""
        for each in left:
            self._open[each.socket] = make_socket(fileno=each.fd)
            self._users |= dict.fromkeys(each.pids, each.socket)

    def _close_unused(self, socket: Socket) -> None:
        if socket in self._users.values():
            return
        self._open.pop(socket).close()
        if socket.path:
            with suppress(OSError):
                os.unlink(socket.path)


def _listen(wanted: Socket) -> make_socket:
    made = make_socket(AF_UNIX if wanted.path else AF_INET, SOCK_STREAM)
    try:
        if wanted.path:
            _bind_path(made, wanted)
        else:
            made.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            made.bind((wanted.host, wanted.port))
        made.listen(SOMAXCONN if wanted.backlog is None else wanted.backlog)
    except OSError as error:
        made.close()
        where = wanted.path or f"{wanted.host}:{wanted.port}"
        raise SpawnError(f"cannot listen at {where} (socket): {error.strerror}") from error
    return made


def _bind_path(made: make_socket, wanted: Socket) -> None:
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.lstat(wanted.path).st_mode):
            os.unlink(wanted.path)
    before = os.umask(0o777)  # nobody's, until it is whose it shall be
    try:
        made.bind(wanted.path)
    finally:
        os.umask(before)
    if wanted.owner is not None:
        os.chown(wanted.path, *wanted.owner)
    os.chmod(wanted.path, 0o700 if wanted.mode is None else wanted.mode)
