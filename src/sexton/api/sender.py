"""The answering half of a connection: a reply goes out, whole or as a stream.

At most one chunk of a stream is in memory, and the next is made only when that one has been taken, in a later turn
of the loop. The client has `limits.write` for each; a stream that has nothing at present may wait for ever, provided
that the client is still there. Over TCP nobody can tell a client that has gone from one that has only sent its end, so
there a client that waits for more must not have sent it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import h11

from sexton.api.answers import REASONS, Headers, Reply, Stream
from sexton.api.deadline import MovableDeadline
from sexton.api.exchange import Exchange
from sexton.api.httpdate import http_date
from sexton.api.site import Site
from sexton.api.transport import Transport
from sexton.model.units import SECOND

Call = Callable[[], None]


class Sender:
    __slots__ = ("_close", "_deadline", "_done", "_exchange", "_http", "_pumping", "_site", "_stream", "_transport")

    def __init__(
        self, http: h11.Connection, transport: Transport, deadline: MovableDeadline, site: Site, close: Call
    ) -> None:
        self._http = http
        self._transport = transport
        self._deadline = deadline
        self._site = site
        self._close = close
        self._done: Call | None = None
        self._exchange: Exchange | None = None
        self._stream: Stream | None = None  # while there is more of it
        self._pumping = False  # a pump is due in the next turn

    def reply(self, reply: Reply, done: Call, *, bodiless: bool, exchange: Exchange | None) -> None:
        """Send `reply`, only its head if `bodiless`; `done` is called when the last byte has been taken."""
        self._done = done
        date = http_date(self._site.loop.clock.now().wall // SECOND)
        data = self._http.send(_head(reply.status, (*reply.headers, (b"Date", date))))
        if reply.stream is not None and not bodiless:
            self._exchange, self._stream = exchange, reply.stream
            reply.stream.start(self._wake)
            self._send(data)
            return
        if not bodiless:
            data += self._http.send(h11.Data(data=reply.body))
        self._send(data + self._http.send(h11.EndOfMessage()))

    def sent(self) -> None:
        """What was given to the transport has been taken."""
        if self._stream is not None:
            self._deadline.clear()
            self._wake()
        elif self._done is not None:
            done, self._done = self._done, None
            done()

    def stop(self) -> None:
        """Send nothing more."""
        self._done = self._stream = self._exchange = None

    def other_side_ended(self) -> None:
        """The client will send nothing more. It may still want its answer, or be gone."""
        if self._transport.hung_up():
            self._close()
        elif self._stream is not None and not self._transport.pending:
            if not self._site.half_open:
                self._wake()  # whoever has nothing left to read is gone: _send_more sees to it
                return
            self._deadline.move(self._site.limits.hangup, self.other_side_ended)

    def _send(self, data: bytes) -> None:
        if self._transport.send(data):
            self.sent()
        else:
            self._deadline.move(self._site.limits.write, self._close)

    def _wake(self) -> None:
        if not self._pumping:
            self._pumping = True
            self._site.loop.post(self._pump)

    def _pump(self) -> None:
        self._pumping = False
        if self._exchange is not None and not self._transport.pending:
            self._exchange.attempt(self._send_more)

    def _send_more(self) -> None:
        assert self._stream is not None
        data = self._stream.read()
        if data is None:
            self._stream = self._exchange = None
            self._send(self._http.send(h11.EndOfMessage()))
        elif data:
            self._send(self._http.send(h11.Data(data=data)))
        elif self._transport.at_end and not self._site.half_open:
            self._close()
        elif self._transport.at_end:
            self.other_side_ended()


@lru_cache(maxsize=32)
def _head(status: int, headers: Headers) -> h11.Response:
    """Kept, since h11 looks at each character of each header, and within a second they are mostly the same ones."""
    return h11.Response(status_code=status, headers=list(headers), reason=REASONS.get(status, b""))
