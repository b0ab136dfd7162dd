"""What an exchange is answered with: JSON, a refusal, or a stream of bytes.

JSON is compact and valid UTF-8 whatever a log's tail held: a lone surrogate becomes U+FFFD. Every reply forbids
caches, type sniffing, framing, and other sites' use of it. Errors are `{"error": {"kind": …, "message": …}}`.
"""

from __future__ import annotations

from collections.abc import Callable
from json import JSONEncoder
from typing import NamedTuple, Protocol

from sexton.model.errors import Refused, SextonError

Headers = tuple[tuple[bytes, bytes], ...]

STATUS = {
    "invalid": 400,
    "unauthorized": 401,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "not_allowed": 405,
    "timeout": 408,
    "conflict": 409,
    "too_large": 413,
    "broken_plan": 422,
    "too_many": 429,
    "internal": 500,
    "unavailable": 503,
}
REASONS = {
    200: b"OK",
    202: b"Accepted",
    400: b"Bad Request",
    401: b"Unauthorized",
    403: b"Forbidden",
    404: b"Not Found",
    405: b"Method Not Allowed",
    408: b"Request Timeout",
    409: b"Conflict",
    413: b"Content Too Large",
    422: b"Unprocessable Content",
    429: b"Too Many Requests",
    431: b"Request Header Fields Too Large",
    500: b"Internal Server Error",
    501: b"Not Implemented",
    503: b"Service Unavailable",
    505: b"HTTP Version Not Supported",
}

_GUARDS: Headers = (
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
    (b"Content-Security-Policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"Cross-Origin-Resource-Policy", b"same-origin"),
    (b"Referrer-Policy", b"no-referrer"),
)
_JSON: Headers = ((b"Content-Type", b"application/json"), *_GUARDS)
_HEALTH: Headers = ((b"Content-Type", b"application/health+json"), *_GUARDS)
_TEXT: Headers = ((b"Content-Type", b"text/plain; charset=utf-8"), *_GUARDS)
_METRICS: Headers = ((b"Content-Type", b"text/plain; version=0.0.4; charset=utf-8"), *_GUARDS)
_XML: Headers = ((b"Content-Type", b"text/xml"), *_GUARDS)
_EVENTS: Headers = ((b"Content-Type", b"text/event-stream"), *_GUARDS)
_HINTS: dict[str, Headers] = {
    "unauthorized": ((b"WWW-Authenticate", b'Bearer realm="sexton"'),),
    "unauthenticated": ((b"WWW-Authenticate", b'Basic realm="default"'),),
    "too_many": ((b"Retry-After", b"60"),),
}

_encode = JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode


class Stream(Protocol):
    """A body that is made while it is sent. Its exchange's `on_end` closes what it holds."""

    def start(self, wake: Callable[[], None]) -> None:
        """Called once, after the head. From now on `wake` may be called, from anywhere on the loop's thread,
        when `read` has more to give."""

    def read(self) -> bytes | None:
        """The next bytes, b"" when there are none at present, None at the end. SextonError: cut the answer off."""


class Reply(NamedTuple):
    """A whole answer: `body`, or a `stream` (chunked, unless `headers` give its length)."""

    status: int
    headers: Headers
    body: bytes = b""
    stream: Stream | None = None


def as_json(value: object, status: int = 200, more: Headers = ()) -> Reply:
    return as_encoded(encoded(value), status, more)


def encoded(value: object) -> bytes:
    """`value` as JSON."""
    return _utf8(_encode(value))


def as_encoded(body: bytes, status: int = 200, more: Headers = ()) -> Reply:
    """JSON that is there already."""
    return Reply(status, (*_JSON, *more, _length(len(body))), body)


def as_health(value: object, status: int) -> Reply:
    """application/health+json (draft-inadarei-api-health-check)."""
    body = encoded(value)
    return Reply(status, (*_HEALTH, _length(len(body))), body)


def as_metrics(text: str) -> Reply:
    """Prometheus's text format 0.0.4."""
    body = _utf8(text)
    return Reply(200, (*_METRICS, _length(len(body))), body)


def as_words(text: str, status: int = 200) -> Reply:
    """A text that is there already."""
    body = _utf8(text)
    return Reply(status, (*_TEXT, _length(len(body))), body)


def as_xml(body: bytes) -> Reply:
    """XML that is there already."""
    return Reply(200, (*_XML, _length(len(body))), body)


def accepted(run: object) -> Reply:
    """202: what was asked for will be done; `run` shows how it stands now."""
    return as_json({"run": run}, 202)


def as_text(stream: Stream, length: int | None = None, more: Headers = ()) -> Reply:
    """Plain text as it comes; `length` where it is known beforehand."""
    return Reply(200, (*_TEXT, *more) if length is None else (*_TEXT, *more, _length(length)), stream=stream)


def as_events(stream: Stream) -> Reply:
    """Server-sent events as they come."""
    return Reply(200, _EVENTS, stream=stream)


def error(kind: str, message: str, *, status: int | None = None, more: Headers = ()) -> Reply:
    return as_json({"error": {"kind": kind, "message": message}}, status or STATUS[kind], more)


def refusal(reason: SextonError) -> Reply:
    """The answer to a request that was refused. An error that is no Refused is a service that fails at present."""
    kind = reason.kind if isinstance(reason, Refused) else "unavailable"
    return error(kind, str(reason), more=_HINTS.get(kind, ()))


def too_late() -> Reply:
    """The answer in place of one that did not come in time."""
    return error("unavailable", "Sexton could not answer in time; ask again")


def _length(size: int) -> tuple[bytes, bytes]:
    return b"Content-Length", b"%d" % size


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # UTF-16 can carry lone surrogates, so that decoding it finds them one by one
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
