"""Addresses of the web: read, shown without secrets, and where a redirect may lead. Pure."""

from urllib.parse import SplitResult, quote, urljoin, urlsplit

from sexton.steps.errors import Misconfigured, NotPermitted, StepError

PORTS = {"http": 80, "https": 443}
_SAFE = "%/:=&?~#+!$,;'@()*[]|"  # of a URL: what is not to be quoted, or is quoted already


def split(address: str) -> SplitResult:
    """Raises Misconfigured."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError as error:
        raise Misconfigured(f"cannot read the address: {error}") from None
    if url.scheme not in PORTS or not url.hostname or port == 0:
        raise Misconfigured(f"cannot read the address {shown(url)}: https://HOST/… is meant")
    return url


def shown(url: SplitResult) -> str:
    """An address without who asks, and without the query, which often is as good as a password."""
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"


def target(url: SplitResult) -> str:
    """What is asked for, as it is sent to the server."""
    return quote(url.path or "/", _SAFE) + (f"?{quote(url.query, _SAFE)}" if url.query else "")


def origin(url: SplitResult) -> tuple[str, str | None, int]:
    """Whose it is: scheme, host and port (RFC 6454)."""
    return url.scheme, url.hostname, url.port or PORTS[url.scheme]


def is_here(url: SplitResult) -> bool:
    """Whether it is of this machine, so that nothing of it goes over a wire."""
    return url.hostname in ("localhost", "::1") or (url.hostname or "").startswith("127.")


def redirected(url: SplitResult, location: str, doing: str) -> SplitResult:
    """Where `location` leads: not to something worse. Raises StepErrors that say what could not be done."""
    if not location.isprintable() or not location:
        raise StepError(f"cannot {doing} {shown(url)}: it is redirected to nowhere")
    joined = urljoin(url.geturl(), location)
    if not joined.startswith(("http://", "https://")):
        raise NotPermitted(f"cannot {doing} {shown(url)}: it is redirected to something other than http")
    there = split(joined)
    if url.scheme == "https" and there.scheme != "https":
        raise NotPermitted(f"cannot {doing} {shown(url)}: it is redirected to plain http ({shown(there)})")
    return there._replace(netloc=there.netloc.rpartition("@")[2])
