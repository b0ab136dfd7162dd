"""Who may ask for what at a door of supervisord's own: one rule for each `[unix_http_server]` and `[inet_http_server]`.

With a username and a password everybody needs them, and may do everything. Without, this machine alone may, whatever
password it sends; and a change never comes from a page of another site, whatever the browser knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.doors.access import basic, equal, refuse_other_pages, refuse_unknown_host
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.api.doors.throttle import Throttle
    from sexton.api.request import Request
    from sexton.model.supervisord import Server

DIGEST = "{SHA}"  # before the hexadecimal SHA-1 of a password


class BasicRule:
    """An access Rule. `hosts` are further names of this machine."""

    __slots__ = ("_hosts", "_server", "_throttle")

    def __init__(self, server: Server, hosts: frozenset[str], throttle: Throttle) -> None:
        self._throttle = throttle
        self.follow(server, hosts)

    def follow(self, server: Server, hosts: frozenset[str]) -> None:
        """From the next request on, this is what the section says."""
        self._server = server
        self._hosts = hosts

    def __call__(self, request: Request, changes: bool) -> None:
        if self._server.username is not None:
            self._check_password(request)
        elif not request.remote.loopback:
            raise Refused("forbidden", "without a username and a password this server answers its own machine only")
        if changes and not self._server.path:
            refuse_other_pages(request, self._hosts)
            if self._server.username is None:
                refuse_unknown_host(request, self._hosts)

    def _check_password(self, request: Request) -> None:
        scheme, _, sent = (request.header(b"authorization") or "").partition(" ")
        if scheme.lower() != "basic":
            raise Refused("unauthenticated", "a username and a password are needed")
        user, password = basic(sent.strip())
        if not (equal(user, self._server.username or "") & _fits(password, self._server.password or "")):
            if address := request.remote.address:
                self._throttle.failed(address)
            raise Refused("unauthenticated", "this username with this password is not known here")


def _fits(given: str, known: str) -> bool:
    """Whether a password is the one that is known, as such or by its digest."""
    if known.startswith(DIGEST):
        return equal(_sha1(given), known[len(DIGEST) :].lower())
    return equal(given, known)


def _sha1(text: str) -> str:
    """Of a module that brings no OpenSSL along, where there is one."""
    try:
        from _sha1 import sha1  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha1
    digest: str = sha1(text.encode()).hexdigest()
    return digest
