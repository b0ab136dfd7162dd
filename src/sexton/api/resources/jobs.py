"""/api/v1/jobs: the jobs of the plan, and starting one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import accepted, as_encoded, as_json, encoded
from sexton.api.exchange import Exchange
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.ports import Control

REPROCESS = ("none", "failed", "all")


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


def backfill(exchange: Exchange, control: Control) -> None:
    request = exchange.request
    at, dry = request.query.get("fire_time"), request.flag("dry_run")
    reprocess = request.words("reprocess", REPROCESS) or REPROCESS[:1]
    if not at or len(reprocess) > 1:
        raise Refused("invalid", "give one 'fire_time' such as 2026-11-22T08:00, and one word for 'reprocess'")
    control.backfill(
        request.named["name"],
        exchange.answering(as_json if dry else accepted),
        at=at,
        env=request.query.get("env") or None,
        reprocess=reprocess[0],
        dry=dry,
    )


def pause(exchange: Exchange, control: Control) -> None:
    control.pause(exchange.request.named["name"], True, exchange.answering(as_json))


def resume(exchange: Exchange, control: Control) -> None:
    control.pause(exchange.request.named["name"], False, exchange.answering(as_json))
