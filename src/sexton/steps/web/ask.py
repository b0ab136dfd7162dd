"""A request to a web server, and its answer, through redirects that lead nowhere worse: at most five, never from https
to http. Who asks is told to the server alone that it is meant for, and so is what a request brings.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult, unquote

from sexton.config.steps.web import ONLY_READ
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from sexton.steps.web.address import PORTS, is_here, origin, redirected, shown, target
from sexton.steps.web.connection import Connection, trust

_HOPS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_SAME_AGAIN = {307, 308}  # whatever the method is (RFC 9110, 15.4)
_LATER = {408, 425, 429}


class Access(NamedTuple):
    """Who asks, and whom they trust. A password or token goes over plain http to this machine alone, or by leave."""

    username: str = ""
    password: str = ""
    token: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    ca: str | None = None
    allow_plaintext: bool = False

    def told(self, url: SplitResult, doing: str) -> dict[str, str]:
        """The headers for the server of `url`."""
        headers = dict(self.headers)
        if self.token and self.username:
            raise Misconfigured("`token` and `username` exclude each other; drop one")
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        elif self.username:
            headers["Authorization"] = f"Basic {b64encode(f'{self.username}:{self.password}'.encode()).decode()}"
        if headers and url.scheme == "http" and not (self.allow_plaintext or is_here(url)):
            raise NotPermitted(
                f"cannot {doing} {shown(url)}: headers or a password over plain http would be for everybody to read; "
                "https is better, `allow_plaintext = true` permits it"
            )
        return headers


class Body(NamedTuple):
    """What a request brings: `size` bytes, from the start each time that `pieces` is called."""

    kind: str
    size: int
    pieces: Callable[[], Iterator[bytes]]


class Request(NamedTuple):
    """`doing` is the verb of its errors: `cannot fetch https://…`. A redirect whose status is `wanted` is an answer."""

    doing: str = "fetch"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: Body | None = None
    wanted: tuple[int, ...] = ()


class Answer(NamedTuple):
    """`url` is where it came from in the end. Whoever has it closes it."""

    status: int
    url: SplitResult
    response: HTTPResponse
    connection: Connection

    @property
    def said(self) -> str:
        """`404 Not Found`, on one line."""
        reason = self.response.reason[:100]
        return f"{self.status} {reason if reason.isprintable() else ''}".rstrip()

    def close(self) -> None:
        self.response.close()
        self.connection.close()


def ask(request: Request, url: SplitResult, access: Access, deadline: Deadline) -> Answer:
    """The answer of the last server, whatever its status. Raises StepErrors."""
    if url.username is not None:
        access = access._replace(username=unquote(url.username), password=unquote(url.password or ""))
    home = origin(url)
    for _ in range(_HOPS + 1):
        mine = access.told(url, request.doing) if origin(url) == home else {}
        answer = _once(request, url, access.ca, mine, deadline)
        if answer.status not in _REDIRECTS or answer.status in request.wanted:
            return answer
        answer.close()
        there = redirected(url, answer.response.headers.get("Location", ""), request.doing)
        request = _again(request, answer, there)
        url = there
    raise StepError(f"cannot {request.doing} {shown(url)}: it is redirected again and again, more than {_HOPS} times")


def refusal(answer: Answer, doing: str, also: str = "") -> StepError:
    """The error for an answer whose status is none of those that are wanted."""
    text = f"cannot {doing} {shown(answer.url)}: {answer.said}{also}"
    if answer.status in (401, 403, 407):
        return NotPermitted(text)
    return Temporary(text) if answer.status >= 500 or answer.status in _LATER else StepError(text)


def _again(request: Request, answer: Answer, there: SplitResult) -> Request:
    """What is asked for where an answer leads. A request that changes something is not turned into another silently,
    and what it brings is nobody else's."""
    if request.method in ONLY_READ:
        return request
    doing, url = request.doing, answer.url
    if answer.status == 303:  # the result is elsewhere
        return Request(doing)
    if answer.status not in _SAME_AGAIN:
        raise StepError(f"cannot {doing} {shown(url)}: {answer.said} to {shown(there)}; write that address instead")
    if origin(there) != origin(url):
        raise NotPermitted(f"cannot {doing} {shown(url)}: it is redirected to another server ({shown(there)})")
    return request


def _once(request: Request, url: SplitResult, ca: str | None, mine: dict[str, str], deadline: Deadline) -> Answer:
    tls = trust(ca) if url.scheme == "https" else None
    connection = Connection(url.hostname or "", url.port or PORTS[url.scheme], tls, deadline)
    try:
        _send(connection, request, url, mine)
        response = connection.getresponse()
    except HTTPException as error:
        connection.close()
        kind = Temporary if isinstance(error, ConnectionError) else StepError
        raise kind(f"cannot {request.doing} {shown(url)}: {type(error).__name__} {error}") from error
    except BaseException:
        connection.close()
        raise
    return Answer(response.status, url, response, connection)


def _send(connection: Connection, request: Request, url: SplitResult, mine: dict[str, str]) -> None:
    headers = {"Accept-Encoding": "identity", "User-Agent": "sexton"}
    if request.body is not None:
        headers |= {"Content-Type": request.body.kind, "Content-Length": str(request.body.size)}
    elif request.method not in ONLY_READ:
        headers["Content-Length"] = "0"
    last = {name.lower(): (name, text) for name, text in (*headers.items(), *mine.items(), *request.headers)}
    connection.request(request.method, target(url), headers=dict(last.values()))
    for piece in request.body.pieces() if request.body is not None else ():
        if not connection.sends(piece):
            return  # the server has said what it thinks of it, or is gone: its answer tells
