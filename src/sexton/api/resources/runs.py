"""/api/v1/runs: what ran and how it went, waiting for an end, and cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import accepted, as_json
from sexton.api.exchange import Exchange
from sexton.api.request import LARGEST_ID
from sexton.api.resources.follower import follow, has_ended
from sexton.model.run import Outcome

if TYPE_CHECKING:
    from sexton.model.views import RunView
    from sexton.ports import Control

OUTCOMES = tuple(outcome.value for outcome in Outcome)
PAGE = 50
LARGEST_PAGE = 1000


def index(exchange: Exchange, control: Control) -> None:
    request = exchange.request
    limit = request.whole("limit", least=1, most=LARGEST_PAGE)
    control.runs(
        exchange.answering(lambda runs: as_json({"runs": runs})),
        job=request.query.get("job") or None,
        outcomes=request.words("outcome", OUTCOMES),
        before=request.whole("before", least=1, most=LARGEST_ID),
        limit=PAGE if limit is None else limit,
    )


def show(exchange: Exchange, control: Control) -> None:
    """The run; with `wait=1` when it has ended, or as it stands when the longest wait is over."""
    run_id = exchange.request.number_in_path("id")
    if exchange.request.flag("wait"):
        _wait(exchange, control, run_id)
    else:
        control.run(run_id, exchange.answering(as_json))


def attempts(exchange: Exchange, control: Control) -> None:
    """The attempts of a run, oldest first."""
    run_id = exchange.request.number_in_path("id")
    control.attempts(run_id, exchange.answering(lambda found: as_json({"attempts": found})))


def cancel(exchange: Exchange, control: Control) -> None:
    control.cancel(exchange.request.number_in_path("id"), exchange.answering(accepted))


def _wait(exchange: Exchange, control: Control, run_id: int) -> None:
    def seen(run: RunView) -> None:
        if has_ended(run):
            exchange.answer(as_json(run))

    follow(exchange, control, run_id, seen)
    exchange.after(exchange.site.limits.wait, lambda: control.run(run_id, exchange.answering(as_json)))
