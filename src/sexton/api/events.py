"""/api/v1/events: what Sexton has said of itself of late, as a list or as server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.api.answers import as_events, as_json, encoded
from sexton.api.exchange import Exchange
from sexton.api.request import LARGEST_ID

if TYPE_CHECKING:
    from sexton.ports import Control


def index(exchange: Exchange, control: Control) -> None:
    """Those after event `after`; with `follow=1` also all that come."""
    after = exchange.request.whole("after", least=0, most=LARGEST_ID) or 0
    if exchange.request.flag("follow"):
        exchange.answer(as_events(_Following(exchange, control, after)))
    else:
        exchange.answer(as_json({"events": control.events(after)}))


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
