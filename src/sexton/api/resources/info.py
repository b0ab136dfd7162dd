"""/api/v1/info: the daemon itself; /api/v1/openapi.json: the API itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_json
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.ports import Control


def show(exchange: Exchange, control: Control) -> None:
    exchange.answer(as_json(control.info()))


def openapi(exchange: Exchange, _control: Control) -> None:
    from sexton.api import openapi

    openapi.show(exchange)
