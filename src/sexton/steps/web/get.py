"""GET of an address, through redirects that lead nowhere worse: at most five, never from https to http, and who asks is
told to the server alone that it is meant for."""

from base64 import b64encode
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from sexton.steps.web.connection import Connection, trust

_HOPS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_LATER = {408, 425, 429}
_PORTS = {"http": 80, "https": 443}
_SAFE = "%/:=&?~#+!$,;'@()*[]|"  # of a URL: what is not to be quoted, or is quoted already


class Access(NamedTuple):
    """Who asks, and whom they trust. A password or token goes over plain http to this machine alone, or by leave."""

    username: str = ""
    password: str = ""
    token: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    ca: str | None = None
    allow_plaintext: bool = False

    def told(self, url: SplitResult) -> dict[str, str]:
        """The headers for the server of `url`."""
        headers = dict(self.headers)
        if self.token and self.username:
            raise Misconfigured("`token` and `username` exclude each other; drop one")
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        elif self.username:
            headers["Authorization"] = f"Basic {b64encode(f'{self.username}:{self.password}'.encode()).decode()}"
        if headers and url.scheme == "http" and not (self.allow_plaintext or _is_here(url)):
            raise NotPermitted(
                f"cannot fetch {shown(url)}: headers or a password over plain http would be for everybody to read; "
                "https is better, `allow_plaintext = true` permits it"
            )
        return headers


class Answer(NamedTuple):
    """`url` is where it came from in the end. Whoever has it closes it."""

    status: int
    url: SplitResult
    response: HTTPResponse
    connection: Connection

    def close(self) -> None:
        self.response.close()
        self.connection.close()


def split(address: str) -> SplitResult:
    """Raises Misconfigured."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError as error:
        raise Misconfigured(f"cannot read the address: {error}") from None
    if url.scheme not in _PORTS or not url.hostname or port == 0:
        raise Misconfigured(f"cannot read the address {shown(url)}: https://HOST/… is meant")
    return url


def shown(url: SplitResult) -> str:
    """An address without who asks, and without the query, which often is as good as a password."""
    host = url.netloc.rpartition("@")[2]
    return f"{url.scheme}://{host}{url.path}"


def get(url: SplitResult, access: Access, headers: dict[str, str], deadline: Deadline) -> Answer:
    """The answer of the last server, if it is 200, 206, 304 or 416. Raises StepErrors for any other."""
    if url.username is not None:
        access = access._replace(username=unquote(url.username), password=unquote(url.password or ""))
    home = _origin(url)
    for _ in range(_HOPS + 1):
        mine = access.told(url) if _origin(url) == home else {}
        answer = _ask(url, access.ca, {**mine, **headers}, deadline)
        if answer.status not in _REDIRECTS:
            return _judged(answer)
        answer.close()
        url = _redirected(url, answer.response.headers.get("Location", ""))
    raise StepError(f"cannot fetch {shown(url)}: it is redirected again and again, more than {_HOPS} times")


def _ask(url: SplitResult, ca: str | None, headers: dict[str, str], deadline: Deadline) -> Answer:
    tls = trust(ca) if url.scheme == "https" else None
    connection = Connection(url.hostname or "", url.port or _PORTS[url.scheme], tls, deadline)
    target = quote(url.path or "/", _SAFE) + (f"?{quote(url.query, _SAFE)}" if url.query else "")
    try:
        connection.request("GET", target, headers={"Accept-Encoding": "identity", "User-Agent": "sexton", **headers})
        response = connection.getresponse()
    except HTTPException as error:
        connection.close()
        kind = Temporary if isinstance(error, ConnectionError) else StepError
        raise kind(f"cannot fetch {shown(url)}: {type(error).__name__} {error}") from error
    except BaseException:
        connection.close()
        raise
    return Answer(response.status, url, response, connection)


def _judged(answer: Answer) -> Answer:
    status, where = answer.status, shown(answer.url)
    if status in (200, 206, 304, 416):
        return answer
    answer.close()
    said = f"{status} {answer.response.reason[:100]}"
    if status in (401, 403, 407):
        raise NotPermitted(f"cannot fetch {where}: {said}")
    if status >= 500 or status in _LATER:
        raise Temporary(f"cannot fetch {where}: {said}")
    raise StepError(f"cannot fetch {where}: {said}")


def _redirected(url: SplitResult, location: str) -> SplitResult:
    if not location.isprintable() or not location:
        raise StepError(f"cannot fetch {shown(url)}: it is redirected to nowhere")
    joined = urljoin(url.geturl(), location)
    if not joined.startswith(("http://", "https://")):
        raise NotPermitted(f"cannot fetch {shown(url)}: it is redirected to something other than http")
    target = split(joined)
    if url.scheme == "https" and target.scheme != "https":
        raise NotPermitted(f"cannot fetch {shown(url)}: it is redirected to plain http ({shown(target)})")
    return target._replace(netloc=target.netloc.rpartition("@")[2])


def _origin(url: SplitResult) -> tuple[str, str | None, int]:
    return url.scheme, url.hostname, url.port or _PORTS[url.scheme]


def _is_here(url: SplitResult) -> bool:
    return url.hostname in ("localhost", "::1") or (url.hostname or "").startswith("127.")
