"""HTTP on TCP: a listening socket on one address, as a door of the server.

What may be done through it is access.py's. Invariant: it answers no one but by TcpRule, and keeps some connections for
the probes, so that no number of other clients makes Sexton look dead.
"""

from __future__ import annotations

import _socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.api.access import TcpRule, probes_only
from sexton.api.limits import LIMITS, Limits, spare_limits
from sexton.api.request import Remote
from sexton.api.server import Server
from sexton.api.site import Site
from sexton.api.throttle import Throttle
from sexton.config.addresses import is_loopback
from sexton.model.errors import SextonError

if TYPE_CHECKING:
    import socket

    from sexton.model.http import Http
    from sexton.ports import Control, Loop

BACKLOG = 4096  # a client that finds it full comes again after a second, too late for a probe


def serve_tcp(
    loop: Loop,
    control: Control,
    door: TcpDoor,
    http: Http,
    *,
    report: Callable[[str], None],
    limits: Limits = LIMITS,
) -> Server:
    """Answer HTTP at `door` until `close`. `report` hears of defects and troubles, a line each."""
    rule = TcpRule(http, Throttle(loop.clock, report))
    site = Site(loop, control, rule, report, limits, {}, half_open=False)
    return Server(door, site, site._replace(access=probes_only, limits=spare_limits(limits)))


class TcpDoor:
    """A listening, non-blocking socket at an IP address and port (0: any that is free; `url` says which). Raises
    SextonError where that cannot be had."""

    __slots__ = ("_listener", "port", "url")

    def __init__(self, address: tuple[str, int]) -> None:
        host, port = address
        shown = f"[{host}]" if ":" in host else host
        family = _socket.AF_INET6 if ":" in host else _socket.AF_INET
        try:
            self._listener = _socket.socket(family, _socket.SOCK_STREAM | _socket.SOCK_NONBLOCK)
        except OSError as error:
            raise SextonError(f"cannot listen: {error.strerror} ({shown}:{port})") from error
        try:
            self._listener.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
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

    def accept(self) -> tuple[socket.socket, Remote]:
        """One client. Raises OSError, BlockingIOError when none waits."""
        import socket

        if not isinstance(self._listener, socket.socket):
            self._listener = socket.socket(fileno=self._listener.detach())
            self._listener.setblocking(False)
        client, address = self._listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client, Remote(address[0], is_loopback(address[0]))

    def close(self) -> None:
        self._listener.close()
