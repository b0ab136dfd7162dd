"""supervisord's own paths, for its clients. What is behind them is loaded when one of these asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.api.exchange import Exchange
    from sexton.ports import Control

PATHS = frozenset({"", "RPC2", "logtail", "mainlogtail"})  # how they begin


def rpc2(exchange: Exchange, control: Control) -> None:
    from sexton.api.resources import rpc2

    rpc2.post(exchange, control)


def logtail(exchange: Exchange, control: Control) -> None:
    from sexton.api.resources import logtail

    logtail.show(exchange, control)


def mainlogtail(exchange: Exchange, control: Control) -> None:
    from sexton.api.resources import logtail

    logtail.show_own(exchange, control)


def page(exchange: Exchange, _: Control) -> None:
    """In place of supervisord's page."""
    from sexton.api.answers import as_words

    exchange.answer(as_words("This is Sexton. supervisorctl and other clients of supervisord are answered at /RPC2.\n"))
