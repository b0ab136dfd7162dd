"""/api/v1/jobs: the jobs of the plan, and starting one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import Reply, accepted, as_encoded, as_json, encoded
from sexton.api.exchange import Exchange

if TYPE_CHECKING:
    from sexton.api.site import Encoded
    from sexton.model.views import JobView
    from sexton.ports import Control


def index(exchange: Exchange, control: Control) -> None:
    kept = exchange.site.encoded

    def all_of(jobs: list[JobView]) -> Reply:
        _encode_changed(jobs, kept)
        return as_encoded(b'{"jobs":[' + b",".join([kept[job["name"]][1] for job in jobs]) + b"]}")

    control.jobs(exchange.answering(all_of))


def show(exchange: Exchange, control: Control) -> None:
    control.job(exchange.request.named["name"], exchange.answering(as_json))


def trigger(exchange: Exchange, control: Control) -> None:
    control.trigger(exchange.request.named["name"], exchange.answering(accepted))


def _encode_changed(jobs: list[JobView], kept: Encoded) -> None:
    """Bring `kept` up to date. The engine gives the same view again while nothing of it has changed."""
    if len(kept) > len(jobs):
        kept.clear()  # some job is gone
    for job in jobs:
        known = kept.get(job["name"])
        if known is None or known[0] is not job:
            kept[job["name"]] = job, encoded(job)


def pause(exchange: Exchange, control: Control) -> None:
    control.pause(exchange.request.named["name"], True, exchange.answering(as_json))


def resume(exchange: Exchange, control: Control) -> None:
    control.pause(exchange.request.named["name"], False, exchange.answering(as_json))
