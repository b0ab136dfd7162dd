"""/api/v1/events: what Sexton has said of itself of late, as a list or as server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.api.answers import as_events, as_json, encoded
from sexton.api.exchange import Exchange
from sexton.api.request import LARGEST_ID
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.ports import Control


def index(exchange: Exchange, control: Control) -> None:
    """Those after event `after`; with `follow=1` also all that come."""
    after = exchange.request.whole("after", least=0, most=LARGEST_ID) or 0
    if exchange.request.flag("follow"):
        last = _last_heard(exchange, control)
        exchange.answer(as_events(_Following(exchange, control, after if last is None else last)))
    else:
        exchange.answer(as_json({"events": control.events(after)}))


def _last_heard(exchange: Exchange, control: Control) -> int | None:
    """Where a client that was cut off goes on, by the header that browsers send. The numbers begin anew with each start
    of Sexton: one that is not reached yet is of an earlier one, and all since this start is news."""
    text = exchange.request.header(b"last-event-id")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise Refused("invalid", "Last-Event-ID is no number that an event here can have")
    events = control.events(0)
    return int(text) if events and int(text) <= events[-1]["id"] else 0


class _Following:
    """A stream without end. A client that is too slow misses what has gone by; the numbers tell."""

    __slots__ = ("_after", "_control", "_exchange")

    def __init__(self, exchange: Exchange, control: Control, after: int) -> None:
        self._exchange = exchange
        self._control = control
        self._after = after

    def start(self, wake: Callable[[], None]) -> None:
        self._exchange.on_end(self._control.follow_events(wake))
        wake()

    def read(self) -> bytes | None:
        events = self._control.events(self._after)
        if events:
            self._after = events[-1]["id"]
        return b"".join(b"id: %d\ndata: %s\n\n" % (event["id"], encoded(event)) for event in events)
