"""/api/v1/listeners: who is told of events, how that goes, and which were given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_json
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.ports import Control


def index(exchange: Exchange, control: Control) -> None:
    control.listeners(exchange.answering(lambda listeners: as_json({"listeners": listeners})))
