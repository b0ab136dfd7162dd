"""/metrics: what is measured, as text for Prometheus. A read as any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_metrics
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.ports import Control


def show(exchange: Exchange, control: Control) -> None:
    from sexton.wire.metrics import render  # nobody may ever ask

    control.metrics(exchange.answering(lambda families: as_metrics(render(families))))
