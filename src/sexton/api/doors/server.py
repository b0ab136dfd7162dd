"""Listens and accepts: at most `limits.connections` clients at a time, a few per turn of the loop.

Knows connections, not requests. What answers them (h11 among it) is loaded with the first client: a daemon that nobody
asks does without. Invariant: accepting never spins; when the process has no descriptor left it pauses, and says so
once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Protocol

from sexton.api.doors.access import socket_owner
from sexton.api.encoded import EncodedJobs
from sexton.api.limits import LIMITS, Limits
from sexton.api.site import Site

if TYPE_CHECKING:
    import _socket

    from sexton.api.connection import Connection
    from sexton.api.doors.socketfile import SocketFile
    from sexton.api.request import Remote
    from sexton.ports import Control, Loop, Timer

ACCEPTS_PER_TURN = 16


def serve_unix(
    loop: Loop, control: Control, door: SocketFile, *, report: Callable[[str], None], limits: Limits = LIMITS
) -> Server:
    """Answer HTTP at a unix socket until `close`. `report` hears of defects and troubles, a line each."""
    return Server(door, Site(loop, control, socket_owner, report, limits, EncodedJobs()))


class Door(Protocol):
    """Where clients come in: a listening socket, and what to call it."""

    @property
    def place(self) -> str: ...

    def fileno(self) -> int: ...

    def accept(self) -> tuple[_socket.socket, Remote]: ...

    def close(self) -> None: ...


class Server:
    """One door, open from the start. Clients beyond `site.limits.connections` are turned away; with `spare` the newest
    few of them are served under its rule and limits instead."""

    __slots__ = ("_connections", "_door", "_pause", "_paused_before", "_site", "_spare", "_spares", "on_empty")

    def __init__(self, door: Door, site: Site, spare: Site | None = None) -> None:
        self._door = door
        self._site = site
        self._spare = spare
        self._connections: set[Connection] = set()
        self._spares: dict[Connection, None] = {}  # oldest first
        self._pause: Timer | None = None
        self._paused_before = False
        self.on_empty: Callable[[], None] | None = None  # called when the last client has gone
        self._listen()

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._connections) + len(self._spares)

    @property
    def open(self) -> bool:
        """Whether it listens."""
        return self._door.fileno() >= 0

    def close(self) -> None:
        """Drop all clients, stop listening, remove the socket. May be called twice."""
        self._shut()
        for connection in (*self._connections, *self._spares):
            connection.close()

    def retire(self) -> None:
        """Stop listening; who has connected by now may have one more answer, the one that goes on or the next."""
        with suppress(OSError):  # BlockingIOError in the end; who is left then hears that the connection is reset
            for _ in range(self._site.limits.connections):
                self._welcome(*self._door.accept())
        self._shut()
        for connection in (*self._connections, *self._spares):
            connection.retire()

    def suspend(self) -> None:
        """Take in nobody for a while: who comes waits in the backlog, who is here may have one more answer."""
        if self._pause is not None:
            self._pause.cancel()
        if self.open:
            self._site.loop.unwatch(self._door.fileno())
        for connection in (*self._connections, *self._spares):
            connection.retire()

    def resume(self) -> None:
        """Take in clients again."""
        if self.open:
            self._listen()

    def _shut(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        if self.open:
            self._site.loop.unwatch(self._door.fileno())
            self._door.close()

    def _listen(self) -> None:
        self._pause = None
        self._site.loop.watch(self._door.fileno(), self._accept)

    def _accept(self) -> None:
        try:
            for _ in range(ACCEPTS_PER_TURN):
                self._welcome(*self._door.accept())
        except (BlockingIOError, InterruptedError):
            self._paused_before = False
        except ConnectionAbortedError:
            pass  # the client gave up first; the next turn sees to the others
        except OSError as trouble:
            self._rest(trouble)

    def _rest(self, trouble: OSError) -> None:
        """Leave the clients in the backlog for a while: no descriptor (EMFILE, ENFILE), or no memory, is left."""
        if not self._paused_before:
            self._paused_before = True
            self._site.report(f"cannot accept a client: {trouble.strerror} ({self._door.place}); trying again")
        self._site.loop.unwatch(self._door.fileno())
        self._pause = self._site.loop.after(self._site.limits.accept_pause, self._listen)

    def _welcome(self, client: _socket.socket, remote: Remote) -> None:
        from sexton.api.connection import Connection

        client.setblocking(False)
        if len(self._connections) < self._site.limits.connections:
            self._connections.add(Connection(self._site, client, remote, self._forget))
        elif self._spare is None:
            _turn_away(client)
        else:
            if len(self._spares) >= self._spare.limits.connections:
                next(iter(self._spares)).close()
            self._spares[Connection(self._spare, client, remote, self._forget)] = None

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._spares.pop(connection, None)
        if self.on_empty is not None and not self.clients:
            self.on_empty()


def _turn_away(client: _socket.socket) -> None:
    from sexton.api.answers import error

    reply = error("unavailable", "too many clients at once; try again")
    lines = [b"HTTP/1.1 503 Service Unavailable", b"Connection: close"]
    lines += [name + b": " + value for name, value in reply.headers]
    with closing(client):
        try:
            client.send(b"\r\n".join(lines) + b"\r\n\r\n" + reply.body)
            client.recv(4096)  # unread bytes would turn the end into a reset
        except OSError:  # gone, or it has sent nothing yet: either way it has been told all that we have to say
            pass
