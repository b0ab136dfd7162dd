"""/api/v1/plan: what would fire when, as the running Sexton has its jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_json
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.ports import Control

PARAMETERS = ("start", "end", "job", "limit")
LIMIT = 50
LARGEST = 1000


def show(exchange: Exchange, control: Control) -> None:
    request = exchange.request
    limit = request.whole("limit", least=1, most=LARGEST)
    asked = request.query.get
    control.plan(
        exchange.answering(as_json),
        start=asked("start") or None,
        end=asked("end") or None,
        job=asked("job") or None,
        limit=LIMIT if limit is None else limit,
    )
