"""/api/v1/sinks and /api/v1/outbox: how sinks do, and what is still to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_json
from sexton.api.exchange import Exchange
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.ports import Control

STATES = ("pending", "delivered", "given_up", "dropped")
LIMIT, MOST = 50, 1000
ALL = "all"


def sinks(exchange: Exchange, control: Control) -> None:
    control.desk.sinks(exchange.answering(lambda sinks: as_json({"sinks": sinks})))


def test(exchange: Exchange, control: Control) -> None:
    """The answer comes when the sink has given one, or its deadline is over."""
    exchange.unhurried = True
    control.desk.test(exchange.request.named["name"], exchange.answering(as_json))


def index(exchange: Exchange, control: Control) -> None:
    request = exchange.request
    limit = request.whole("limit", least=1, most=MOST) or LIMIT
    states = request.words("state", STATES)
    done = exchange.answering(lambda notices: as_json({"notices": notices}))
    control.desk.notices(done, states=states, limit=limit)


def retry(exchange: Exchange, control: Control) -> None:
    control.desk.again(_number(exchange), exchange.answering(as_json))


def drop(exchange: Exchange, control: Control) -> None:
    control.desk.drop(_number(exchange), exchange.answering(as_json))


def _number(exchange: Exchange) -> int | None:
    """Which notice is meant; None for all that wait."""
    text = exchange.request.named["notice"]
    if text == ALL:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refused("invalid", f"{text!r} is no notice's number; find it with: sexton outbox")
    return int(text)
