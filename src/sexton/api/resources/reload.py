"""/api/v1/reload: read the plan's files again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_json
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.ports import Control


def post(exchange: Exchange, control: Control) -> None:
    control.reload(exchange.answering(lambda said: as_json({"message": said})))
