"""Who may ask for what: one rule per door, asked by the router before any resource but the three probes.

A rule takes the request and whether it changes something, and raises Refused with what would be right: `unauthorized`
where a token is needed, `forbidden` where none would help. Invariant: nothing is decided about access anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from sexton.core.addresses import packed
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.api.doors.throttle import Throttle
    from sexton.api.request import Request
    from sexton.model.http import Http

Rule: TypeAlias = "Callable[[Request, bool], None]"


def socket_owner(_request: Request, _changes: bool) -> None:
    """The unix socket's rule: all is allowed. The file is 0600 in a folder that nobody else can change
    (socketfile.py), so the kernel has let in only its owner and root."""


def probes_only(_request: Request, _changes: bool) -> None:
    """The rule of the connections that are kept for the probes."""
    raise Refused("unavailable", "too many clients at once; try again")


class TcpRule:
    """The TCP door's rule. Whoever is on this machine may read, provided that it asked for this machine: a page from
    elsewhere can make a browser ask us (DNS rebinding), but only under its own name. Everything else needs a token,
    and a change never comes from another site's page."""

    __slots__ = ("_hosts", "_throttle", "_tokens")

    def __init__(self, http: Http, throttle: Throttle) -> None:
        self._throttle = throttle
        self.follow(http)

    def follow(self, http: Http) -> None:
        """From the next request on, these hosts and tokens count, also for who is connected already."""
        self._hosts = http.hosts
        self._tokens = http.tokens

    def __call__(self, request: Request, changes: bool) -> None:
        if changes:
            refuse_other_pages(request, self._hosts)
            self._check_token(request, changes=True)
        elif not request.remote.loopback:
            self._check_token(request, changes=False)
        elif not any(self._tokens):
            refuse_unknown_host(request, self._hosts)
        elif not _knows(host_of(request.authority), self._hosts):
            self._check_token(request, changes=False)
        elif any(self._tokens) and (token := _token(request)) is not None:
            self._identify(token, request)  # none is needed, but who sends a wrong one shall hear of it

    def _check_token(self, request: Request, *, changes: bool) -> None:
        if not (self._tokens.control if changes else any(self._tokens)):
            raise Refused("forbidden", "changes need the unix socket, or a control token: set `token_file`")
        token = _token(request)
        if token is None:
            raise Refused("unauthorized", "a token is needed; send it as `Authorization: Bearer TOKEN`")
        if not self._identify(token, request) and changes:
            raise Refused("forbidden", "this token may only read; a change needs the control token")

    def _identify(self, token: str, request: Request) -> bool:
        """Whether it is the control token; Refused when it is neither that nor the read token."""
        control, read = equal(token, self._tokens.control), equal(token, self._tokens.read)
        if not control and not read:
            self._throttle.failed(request.remote.address)
            raise Refused("unauthorized", "this token is not known here")
        return control


def refuse_other_pages(request: Request, hosts: frozenset[str]) -> None:
    """Raises Refused for a page of another site. Browsers name the page that asks; what is no browser says nothing."""
    origin = request.header(b"origin")
    fetched = request.header(b"sec-fetch-site")
    if (origin is not None and not _is_ours(origin.lower(), request, hosts)) or fetched in ("cross-site", "same-site"):
        raise Refused("forbidden", "a page of another site may not change anything here")


def refuse_unknown_host(request: Request, hosts: frozenset[str]) -> None:
    """Raises Refused when this machine is asked under a name that is not known to be its own."""
    host = host_of(request.authority)
    if not _knows(host, hosts):
        raise Refused("forbidden", f"the Host {host!r} is not known here; use an IP address, or add it to `hosts`")


def _knows(host: str, hosts: frozenset[str]) -> bool:
    return host == "localhost" or host in hosts or packed(host) is not None


def _is_ours(origin: str, request: Request, hosts: frozenset[str]) -> bool:
    scheme, _, authority = origin.partition("://")
    if scheme not in ("http", "https") or not authority:
        return False
    return authority == request.authority or host_of(authority) in hosts


def host_of(authority: str) -> str:
    """The host in `host:port`, `[v6]:port` or either without a port; the root's dot at its end does not matter."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0].rstrip(".")


def equal(given: str, known: str) -> bool:
    """Whether `given` is `known`, which is not empty, in a time that does not depend on where they differ.

    Ours instead of hmac.compare_digest, because hmac brings OpenSSL's hashes along, 3.6 MB that nothing else needs.
    Only the length may show: every character is looked at, and no branch depends on one.
    """
    ours, yours = known.encode(), given.encode()
    if not ours or len(ours) != len(yours):
        return False
    difference = 0
    for mine, theirs in zip(ours, yours, strict=True):
        difference |= mine ^ theirs
    return difference == 0


def _token(request: Request) -> str | None:
    """The token that was sent: as such, or as a password by clients that know nothing else (RFC 7617)."""
    scheme, _, sent = (request.header(b"authorization") or "").partition(" ")
    token = sent.strip()
    if scheme.lower() == "basic":
        token = basic(token)[1]
    elif scheme.lower() != "bearer":
        return None
    return token or None


def basic(credentials: str) -> tuple[str, str]:
    """User and password in Basic authentication's credentials; both empty where there are none."""
    from binascii import Error, a2b_base64

    try:
        user, _, password = a2b_base64(credentials, strict_mode=True).decode("utf-8", "replace").partition(":")
    except (Error, ValueError):
        return "", ""
    return user, password
