"""/api/v1/jobs: the jobs of the plan, and starting one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import accepted, as_encoded, as_json, encoded
from sexton.api.exchange import Exchange
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.ports import Control


def index(exchange: Exchange, control: Control) -> None:
    known = exchange.site.encoded
    control.jobs(exchange.answering(lambda jobs: as_encoded(known.body(jobs, encoded))))


def show(exchange: Exchange, control: Control) -> None:
    control.job(exchange.request.named["name"], exchange.answering(as_json))


def why(exchange: Exchange, control: Control) -> None:
    at = exchange.request.query.get("at")
    if not at:
        raise Refused("invalid", "parameter 'at' is missing; give it a time such as 2026-11-22T08:00")
    control.why(exchange.request.named["name"], at, exchange.answering(as_json))


def trigger(exchange: Exchange, control: Control) -> None:
    request = exchange.request
    control.trigger(
        request.named["name"],
        exchange.answering(accepted),
        at=request.query.get("fire_time") or None,
        env=request.query.get("env") or None,
        key=request.header(b"idempotency-key"),
    )


def pause(exchange: Exchange, control: Control) -> None:
    control.pause(exchange.request.named["name"], True, exchange.answering(as_json))


def resume(exchange: Exchange, control: Control) -> None:
    control.pause(exchange.request.named["name"], False, exchange.answering(as_json))
