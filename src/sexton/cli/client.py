"""The client of the daemon's API: HTTP/1.1 (RFC 9112) over its unix socket or TCP, a connection for each request.

A request has one deadline for everything, from connecting to the answer's last byte; a log has one for each of its
pieces, a followed log for its beginning only. What the daemon refuses comes as `Refused`, what keeps us from it as
`Unreachable` or `NotPermitted`. What a new image of the daemon cut off (a reexec) is asked again where that does no
harm. Invariant: nothing is waited for without an end, except a log that a person follows.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import h11

from sexton.cli.failures import CutOff, NotPermitted, Unreachable
from sexton.cli.image import is_new
from sexton.cli.place import place_of
from sexton.model.errors import Refused, SextonError
from sexton.wire.clean import clean

BODY_LIMIT = 64_000_000
PIECE = 65536
MOST_IMAGES = 20  # of the daemon, over which one request is asked again
Headers = Sequence[tuple[str, str]]
Given = TypeVar("Given")
_CUT_OFF = "it closed the connection before its answer was complete"
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def quote(text: str) -> str:
    """`text` as one part of a URL's path or query (RFC 3986), whatever bytes it is made of."""
    return "".join(chr(b) if b in _PLAIN else f"%{b:02X}" for b in text.encode("utf-8", "surrogateescape"))


class Client:
    """The daemon behind the socket at `path`, or at a URL in its place; `within` is the seconds that a request may
    take."""

    def __init__(self, path: str, within: float = 30.0) -> None:
        self.path = path
        self._within = within

    def get(self, target: str, within: float | None = None) -> Any:
        """The JSON that `target` answers."""
        return self.over_images(lambda: self._ask("GET", target, within or self._within))

    def post(self, target: str, within: float | None = None, headers: Headers = (), *, again: bool = False) -> Any:
        """Ask for a change; the JSON of the answer. `again`: asked twice, it is the same change as asked once."""
        ask: Callable[[], Any] = lambda: self._ask("POST", target, within or self._within, headers)  # noqa: E731
        return self.over_images(ask) if again else ask()

    def over_images(self, ask: Callable[[], Given]) -> Given:
        """What `ask` gives, asked again when a new image of the daemon has cut it off."""
        for _ in range(MOST_IMAGES):
            asked = time.monotonic()
            try:
                return ask()
            except CutOff:
                if not self.has_new_image(asked):
                    raise
        return ask()

    def has_new_image(self, since: float) -> bool:
        """Whether the daemon has a new image since then (of time.monotonic), and is the same process still."""
        try:
            info = self._ask("GET", "/api/v1/info", self._within)  # it waits at the door for the new image
        except SextonError:  # what it was cut off by says more
            return False
        return is_new(info, time.monotonic() - since)

    def report(self, target: str, within: float) -> Any:
        """The JSON that `target` answers, also with 503: a report of what is not well."""
        with _Exchange(self.path, within) as exchange:
            status = exchange.ask("GET", target)
            body = exchange.whole_body()
            if status not in (200, 503):
                raise _refusal(status, body)
            view = exchange.decode(body)
        if not isinstance(view, dict) or "checks" not in view:
            raise _refusal(status, body)
        return view

    def status(self, target: str, within: float) -> int:
        """The status with which `target` answers."""
        with _Exchange(self.path, within) as exchange:
            return exchange.ask("GET", target)

    def stream(
        self, target: str, *, endless: bool = False, told: Callable[[dict[bytes, bytes]], None] = lambda headers: None
    ) -> Iterator[bytes]:
        """The body of `target` piece by piece as it comes; the deadline is for each piece, with `endless` for the
        first sign of an answer only. `told` is given the headers, by their names in lower case."""
        exchange = _Exchange(self.path, self._within)
        with exchange:
            status = exchange.ask("GET", target)
            if status >= 400:
                raise _refusal(status, exchange.whole_body())
            told(exchange.headers)
            exchange.renew(endless=endless)
            for piece in exchange.body():
                yield piece
                exchange.renew(endless=endless)

    def _ask(self, method: str, target: str, within: float, headers: Headers = ()) -> Any:
        with _Exchange(self.path, within) as exchange:
            status = exchange.ask(method, target, headers)
            body = exchange.whole_body()
        if status >= 400:
            raise _refusal(status, body)
        return exchange.decode(body)


class _Exchange:
    """One request and its answer on a connection of its own."""

    def __init__(self, path: str, within: float) -> None:
        self._path = path
        self._within = within
        self._deadline: float | None = time.monotonic() + within
        self._wire = h11.Connection(h11.CLIENT)
        self.headers: dict[bytes, bytes] = {}  # of the answer
        self._over = False  # the daemon has closed its side
        self._place = place_of(path)
        self._socket = socket.socket(self._place.family, socket.SOCK_STREAM)

    def __enter__(self) -> _Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, method: str, target: str, more: Headers = ()) -> int:
        """Send the request; the status of the answer."""
        headers = [("Host", self._place.host), ("Accept", "*/*"), ("Connection", "close"), *more]
        if method == "POST":
            headers.append(("Content-Length", "0"))
        self._connect()
        self._send(h11.Request(method=method, target=target, headers=headers), h11.EndOfMessage())
        event = self._next_event()
        while isinstance(event, h11.InformationalResponse):
            event = self._next_event()
        if not isinstance(event, h11.Response):
            raise self._cut_off()
        self.headers = dict(event.headers)
        return event.status_code

    def body(self) -> Iterator[bytes]:
        """The answer's body, piece by piece."""
        while isinstance(event := self._next_event(), h11.Data):
            yield bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            raise self._cut_off()

    def whole_body(self) -> bytes:
        """The answer's body, up to BODY_LIMIT bytes."""
        pieces, size = [], 0
        for piece in self.body():
            size += len(piece)
            if size > BODY_LIMIT:
                raise self._broken(f"its answer is larger than {BODY_LIMIT} bytes")
            pieces.append(piece)
        return b"".join(pieces)

    def renew(self, *, endless: bool) -> None:
        """Begin the deadline anew, or lift it. What the reader of a log takes is no delay of the daemon's."""
        self._deadline = None if endless else time.monotonic() + self._within

    def decode(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except ValueError as error:
            raise self._broken(f"its answer is no JSON ({error})") from None

    def _connect(self) -> None:
        try:
            self._socket.settimeout(self._left())
            self._socket.connect(self._place.address)
        except PermissionError:
            raise NotPermitted(f"cannot reach Sexton at {self._path}: not permitted; use its user, or root") from None
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = getattr(error, "strerror", None) or str(error)
            raise Unreachable(
                f"cannot reach Sexton at {self._path}: {reason}; is it running? start it with: sexton run"
            ) from None

    def _send(self, *events: h11.Event) -> None:
        data = b"".join(self._wire.send(event) or b"" for event in events)
        try:
            self._socket.settimeout(self._left())
            self._socket.sendall(data)
        except OSError as error:
            raise self._lost(error) from None

    def _next_event(self) -> h11.Event:
        try:
            while isinstance(event := self._wire.next_event(), type):  # NEED_DATA: all the others are instances
                self._wire.receive_data(self._receive())
        except h11.RemoteProtocolError as error:
            if self._over:
                raise self._cut_off() from None
            raise self._broken(f"it does not speak HTTP ({error})") from None
        return event

    def _receive(self) -> bytes:
        try:
            self._socket.settimeout(self._left())
            data = self._socket.recv(PIECE)
        except TimeoutError:
            raise self._broken(f"no answer within {self._within:g} s") from None
        except OSError as error:
            raise self._lost(error) from None
        self._over = not data
        return data

    def _left(self) -> float | None:
        if self._deadline is None:
            return None
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no answer within {self._within:g} s")
        return left

    def _lost(self, error: OSError) -> Unreachable:
        if isinstance(error, ConnectionResetError | BrokenPipeError):
            return self._cut_off()
        return self._broken(error.strerror or str(error))

    def _cut_off(self) -> CutOff:
        return CutOff(str(self._broken(_CUT_OFF)))

    def _broken(self, reason: str) -> Unreachable:
        return Unreachable(f"lost Sexton at {self._path}: {clean(reason)}; look at its own log")


def _refusal(status: int, body: bytes) -> Refused:
    try:
        error = json.loads(body)["error"]
        return Refused(clean(str(error["kind"])), clean(str(error["message"])))
    except (ValueError, KeyError, TypeError):
        return Refused("unavailable" if status >= 500 else "invalid", f"the daemon answered HTTP {status}")
