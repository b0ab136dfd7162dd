"""A listening TCP socket, made before anything is started: so that an address that is taken is known in time."""

from __future__ import annotations

import _socket
from typing import TYPE_CHECKING

from sexton.api.doors.accept import accept
from sexton.model.errors import SextonError

if TYPE_CHECKING:
    from sexton.api.request import Remote

BACKLOG = 4096  # a client that finds it full comes again after a second, too late for a probe
KEPT_IDLE, KEPT_TRIES = 60, 4  # seconds of silence, and unanswered probes, before the kernel gives a client up


class TcpDoor:
    """A listening, non-blocking socket at an IP address and port (0: any that is free; `url` says which). Raises
    SextonError where that cannot be had. With `beside`, a door of ours that is to be closed, that door's own port can
    be had at another address: both listen until then (socket(7), SO_REUSEPORT)."""

    __slots__ = ("_listener", "port", "url")

    @classmethod
    def taken_up(cls, url: str, listener: int) -> TcpDoor:
        """The socket on which an earlier image of this process listened."""
        door = cls.__new__(cls)
        door.url = url
        door._listener = _socket.socket(fileno=listener)
        door.port = door._listener.getsockname()[1]
        return door

    def __init__(self, address: tuple[str, int], beside: TcpDoor | None = None) -> None:
        host, port = address
        shown = f"[{host}]" if ":" in host else host
        family = _socket.AF_INET6 if ":" in host else _socket.AF_INET
        try:
            self._listener = _socket.socket(family, _socket.SOCK_STREAM | _socket.SOCK_NONBLOCK)
        except OSError as error:
            raise SextonError(f"cannot listen: {error.strerror} ({shown}:{port})") from error
        try:
            self._listener.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
            if beside is not None and beside.port == port:
                beside.share(self._listener)
            if host == "::":  # whatever the machine's default is: all of this machine's addresses
                self._listener.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, 0)
            self._listener.bind(address)
            self._listener.listen(BACKLOG)
        except OSError as error:
            self._listener.close()
            raise SextonError(f"cannot listen: {error.strerror} ({shown}:{port})") from error
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{shown}:{self.port}"

    @property
    def place(self) -> str:
        return self.url

    def fileno(self) -> int:
        """The listening descriptor; -1 once closed."""
        return self._listener.fileno()

    def accept(self) -> tuple[_socket.socket, Remote]:
        """One client. Raises OSError, BlockingIOError when none waits."""
        from sexton.api.request import Remote
        from sexton.core.addresses import is_loopback

        client, address = accept(self._listener)
        client.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        client.setsockopt(_socket.SOL_SOCKET, _socket.SO_KEEPALIVE, 1)  # a follower's machine may go without a word
        client.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_KEEPIDLE, KEPT_IDLE)
        client.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_KEEPINTVL, KEPT_IDLE // KEPT_TRIES)
        client.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_KEEPCNT, KEPT_TRIES)
        return client, Remote(address[0], is_loopback(address[0]))

    def share(self, other: _socket.socket) -> None:
        """Let another socket of ours have the port too."""
        for listener in (self._listener, other):
            listener.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEPORT, 1)

    def close(self) -> None:
        self._listener.close()
