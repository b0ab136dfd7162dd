"""supervisord's own paths, for its clients. What is behind them is loaded when one of these asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.api.exchange import Exchange
    from sexton.ports import Control


def rpc2(exchange: Exchange, control: Control) -> None:
    from sexton.api import rpc2

    rpc2.post(exchange, control)
