"""An `http://` or `https://` URL taken apart (RFC 3986), for a request that goes to exactly that place."""

from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from sexton.net.errors import Misconfigured

_PORTS = {"http": 80, "https": 443}


class Url(NamedTuple):
    """`host` as it is resolved and verified, `authority` as the Host field has it, `target` the path and query; `login`
    is `user:password` where the URL has them."""

    tls: bool
    host: str
    port: int
    authority: str
    target: str
    login: str | None = None


def read_url(text: str) -> Url:
    """Raises Misconfigured, whose message shows no more of the URL than its host: paths hold keys."""
    if not text.isprintable() or " " in text:
        raise Misconfigured("the url holds blanks or control characters")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        ascii_host = host.encode("idna").decode() if host and not host.isascii() else host
    except ValueError as error:
        raise Misconfigured(f"the url cannot be read: {error}") from error
    if parts.scheme not in _PORTS or not ascii_host:
        raise Misconfigured("the url does not begin with https:// or http:// and a host")
    standard = _PORTS[parts.scheme]
    bracketed = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    authority = bracketed if port in (None, standard) else f"{bracketed}:{port}"
    tls = parts.scheme == "https"
    return Url(tls, ascii_host, port or standard, authority, _target(parts), _login(parts))


def _target(parts: SplitResult) -> str:
    from urllib.parse import quote

    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return f"{path}?{query}" if query else path


def _login(parts: SplitResult) -> str | None:
    from urllib.parse import unquote

    return None if parts.username is None else f"{unquote(parts.username)}:{unquote(parts.password or '')}"
