"""Why a job ran or did not run at a time: its schedule's view, and what the ledger and the tables know of it.

Loaded by who is asked for it. One question to the ledger, by index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.core.answers.standing import Facts, judge_standing
from sexton.core.answers.why_view import why_view
from sexton.core.schedules.localtime import microseconds_of
from sexton.engine.answers.views import live_view, row_view
from sexton.engine.tables import JobEntry, World
from sexton.model.ahead import StandingView, WhyView
from sexton.model.errors import SextonError
from sexton.model.ledger import Decision, Row
from sexton.model.run import RunState
from sexton.model.units import Instant

if TYPE_CHECKING:
    from sexton.ports import Answer


def explain_run(world: World, entry: JobEntry, text: str, answer: Answer) -> None:
    """Answer: a WhyView. Raises Refused for what is no time."""
    view = why_view(entry.job, text, world.plan.settings.timezone, world.identity.started)
    at = None if view["at"] is None else microseconds_of(view["at"])
    if at is None:
        view["standing"] = _standing(world, entry, view, at, None)
        answer(view)
        return

    def found(rows: tuple[Row, ...] | SextonError) -> None:
        if isinstance(rows, SextonError):
            answer(rows)
        else:
            view["standing"] = _standing(world, entry, view, at, rows[0] if rows else None)
            answer(view)

    world.store.ask(Decision(entry.job.name, at), found)


def _standing(world: World, entry: JobEntry, view: WhyView, at: Instant | None, row: Row | None) -> StandingView:
    facts = Facts(
        at=at,
        fires=view["fires"],
        now=world.now(),
        row=row,
        watermark=entry.watermark,
        keep=world.plan.settings.keep.runs,
        paused=world.is_paused(entry.job.name),
        hold=world.hold,
        waits_for=_waits_for(entry),
    )
    word, message = judge_standing(facts)
    live = None if row is None else world.by_id.get(row.id)
    run = live_view(live, facts.now) if live is not None else row_view(row) if row is not None else None
    return StandingView(word=word, message=message, run=run)


def _waits_for(entry: JobEntry) -> str | None:
    """What keeps the job's undecided fire times: a run that goes, or room."""
    going = [each.run.id for each in entry.going if each.run.state is not RunState.CLAIMING]
    if not entry.pending:
        return None
    return f"for run {going[0]} to end" if going else "for room"
