"""/api/v1/jobs: the jobs of the plan, and starting one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import accepted, as_json
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.ports import Control


def index(exchange: Exchange, control: Control) -> None:
    control.jobs(exchange.answering(lambda jobs: as_json({"jobs": jobs})))


def show(exchange: Exchange, control: Control) -> None:
    control.job(exchange.request.named["name"], exchange.answering(as_json))


def trigger(exchange: Exchange, control: Control) -> None:
    control.trigger(exchange.request.named["name"], exchange.answering(accepted))
