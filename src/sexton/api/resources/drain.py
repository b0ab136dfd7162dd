"""/api/v1/drain: start no new run, and wait until none is going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_json
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.model.views import DrainView
    from sexton.ports import Control


def post(exchange: Exchange, control: Control) -> None:
    """With `wait=1` the answer comes when no run is going, or the longest wait is over."""
    off, wait = exchange.request.flag("off"), exchange.request.flag("wait")
    if off or not wait:
        control.drain(off, exchange.answering(as_json))
        return

    def seen(view: DrainView) -> None:
        if not view["running"] or not view["draining"]:
            exchange.answer(as_json(view))
        else:
            exchange.on_end(control.follow_drain(lambda: exchange.post(look)))
            exchange.after(exchange.site.limits.wait, look)

    def look() -> None:
        exchange.answer(as_json(control.draining()))

    control.drain(off, exchange.then(seen))
