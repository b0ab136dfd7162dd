"""One client's connection: h11 between the transport's bytes and the exchanges.

Requests are answered in order, one per turn of the loop; meanwhile at most `limits.head_size` bytes (and one read) of
later ones are taken in. Every phase has a deadline, except following a quiet log. What is not HTTP/1.1 (RFC 9112) is
answered with an error and the end of the connection. Invariant: `on_closed` is called exactly once, and from then on
nothing of the connection is watched, timed or kept.

h11 is loaded with this module, which the server loads for its first client.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

import h11

from sexton.api import answers, router
from sexton.api.answers import Reply
from sexton.api.deadline import MovableDeadline
from sexton.api.exchange import Exchange, described
from sexton.api.request import Remote, Request
from sexton.api.sender import Sender
from sexton.api.site import Site
from sexton.api.transport import Transport

if TYPE_CHECKING:
    import _socket

EVENTS_PER_TURN = 32  # a piece of a body is one, and may be a byte
CLOSE: answers.Headers = ((b"Connection", b"close"),)


class Phase(Enum):
    """What the connection is about; each has its own deadline."""

    FRESH = "before the first request"
    IDLE = "between two requests"
    HEAD = "the request line and the headers"
    BODY = "the body"
    ANSWERING = "the answer"
    CLOSING = "the end"  # what still comes in is thrown away


class Connection:
    __slots__ = (
        "_ahead",
        "_body",
        "_closed",
        "_deadline",
        "_exchange",
        "_head",
        "_http",
        "_last",
        "_on_closed",
        "_phase",
        "_remote",
        "_resuming",
        "_sender",
        "_site",
        "_transport",
    )

    def __init__(
        self, site: Site, sock: _socket.socket, remote: Remote, on_closed: Callable[[Connection], None]
    ) -> None:
        self._site = site
        self._remote = remote
        self._on_closed = on_closed
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=site.limits.head_size)
        self._head: h11.Request | None = None  # of the request that is coming in or being answered
        self._body = bytearray()
        self._exchange: Exchange | None = None  # the request that is being answered
        self._ahead = 0  # bytes taken in of later requests
        self._resuming = False  # the next of them is taken up in the next turn
        self._last = False  # there is no request after the next answer
        self._closed = False
        self._phase = Phase.FRESH
        self._deadline = MovableDeadline(site.loop)
        self._transport = Transport(site.loop, sock, self)
        self._sender = Sender(self._http, self._transport, self._deadline, site, self.close)
        self._deadline.move(site.limits.head, self.close)

    def close(self) -> None:
        """Drop everything at once. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._deadline.close()
        self._sender.stop()
        self._transport.close()
        if self._exchange is not None:
            self._exchange.end()
        self._on_closed(self)

    def retire(self) -> None:
        """Close after the answer that is due: to the request that is here or coming in, or to the first."""
        self._last = True
        if self._phase is Phase.IDLE and not self._resuming:
            self.close()

    # What the transport tells

    def received(self, data: bytes) -> None:
        if self._phase is Phase.CLOSING:
            if not data:
                self.close()
            return
        self._http.receive_data(data)
        if self._exchange is None and not self._resuming:
            self._guarded(self._advance)
            return
        self._ahead += len(data)
        if self._ahead > self._site.limits.head_size:
            self._transport.want(False)
        if not data:
            self._sender.other_side_ended()

    def drained(self) -> None:
        self._guarded(self._sender.sent)

    def lost(self) -> None:
        self.close()

    # What the exchange orders

    def reply(self, reply: Reply) -> None:
        self._guarded(lambda: self._say(reply, self._finished))

    def abort(self) -> None:
        self.close()

    # A request comes in

    def _advance(self) -> None:
        """Take what has come, up to the end of one request; the rest of a body in many pieces in later turns."""
        for _ in range(EVENTS_PER_TURN):
            if self._closed or self._phase is Phase.CLOSING:
                return
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                self._misunderstood(error)
                return
            if event is h11.NEED_DATA:
                self._await_more()
                return
            if isinstance(event, h11.EndOfMessage):
                self._dispatch()
                return
            self._take(event)
        self._later()

    def _misunderstood(self, error: h11.RemoteProtocolError) -> None:
        if error.error_status_hint == 431:
            most = self._site.limits.head_size
            self._reject("too_large", f"the request line and the headers are too long; send at most {most} bytes", 431)
        else:
            why = str(error).partition(": bytearray(")[0]  # then it quotes what was sent, as Python would
            self._reject("invalid", f"this is no HTTP/1.1 that Sexton takes: {why}", error.error_status_hint)

    def _take(self, event: object) -> None:
        if isinstance(event, h11.Request):
            self._head = event
            if event.http_version not in (b"1.0", b"1.1"):
                self._reject("invalid", "Sexton speaks HTTP/1.1", 505)
                return
            length = next((value for name, value in event.headers if name == b"content-length"), None)
            if length is not None and any(name == b"transfer-encoding" for name, _ in event.headers):
                self._reject("invalid", "the body has both Content-Length and Transfer-Encoding; send one of them")
            else:
                self._bound(int(length or b"0"))
        elif isinstance(event, h11.Data):
            self._body += event.data
            self._bound(len(self._body))
        else:  # ConnectionClosed: the client is done
            self.close()

    def _bound(self, size: int) -> None:
        most = self._site.limits.body_size
        if size > most:
            self._reject("too_large", f"the body is too large; send at most {most} bytes")

    def _await_more(self) -> None:
        limits = self._site.limits
        self._ahead = 0
        self._transport.want(True)
        if self._head is None:
            self._enter(Phase.HEAD, limits.head)
        else:
            self._enter(Phase.BODY, limits.body)
            if self._http.they_are_waiting_for_100_continue:
                self._transport.send(self._http.send(h11.InformationalResponse(status_code=100, headers=[])))

    def _enter(self, phase: Phase, limit: int) -> None:
        if phase is not self._phase:
            self._phase = phase
            self._deadline.move(limit, self._too_slow)

    def _too_slow(self) -> None:
        self._guarded(lambda: self._reject("timeout", f"{self._phase.value} took too long"))

    # It is answered

    def _dispatch(self) -> None:
        assert self._head is not None
        head = self._head
        method, body = head.method.decode("ascii"), bytes(self._body)
        request = Request(method, head.target, body, headers=list(head.headers), remote=self._remote)
        exchange = self._exchange = Exchange(self._site, request, self)
        self._phase = Phase.ANSWERING
        self._deadline.clear()
        router.serve(exchange)
        if not exchange.answered and not exchange.unhurried:
            self._deadline.move(self._site.limits.answer, lambda: exchange.answer(answers.too_late()))

    def _finished(self) -> None:
        """The answer has been taken: make ready for the next request."""
        assert self._exchange is not None
        self._exchange.end()
        self._exchange = self._head = None
        self._body = bytearray()
        if self._last or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            self._end()
            return
        self._http.start_next_cycle()
        self._phase = Phase.IDLE
        self._ahead = len(self._http.trailing_data[0])
        if self._ahead or self._transport.at_end:
            self._later()
        self._deadline.move(self._site.limits.idle, self.close)
        self._transport.want(self._ahead <= self._site.limits.head_size)

    def _later(self) -> None:
        """Go on with what is here, when others have had their turn."""
        self._resuming = True
        self._site.loop.post(self._resume)

    def _resume(self) -> None:
        self._resuming = False
        self._guarded(self._advance)

    def _reject(self, kind: str, message: str, status: int | None = None) -> None:
        """Say what is wrong, and end the connection."""
        self._phase = Phase.CLOSING
        self._say(answers.error(kind, message, status=status, more=CLOSE), self._end)

    def _say(self, reply: Reply, done: Callable[[], None]) -> None:
        bodiless = self._head is not None and self._head.method == b"HEAD"
        self._sender.reply(reply, done, bodiless=bodiless, exchange=self._exchange)

    def _end(self) -> None:
        """Send our end and give the client a little time for its own, so that it can read our last words."""
        self._phase = Phase.CLOSING
        if self._transport.at_end:
            self.close()
            return
        self._transport.end()
        self._transport.want(True)
        self._deadline.move(self._site.limits.linger, self.close)

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as defect:  # noqa: BLE001 - a defect here costs one connection, never the daemon
            self._site.report(f"closed a connection: {described(defect)}")
            self.close()
