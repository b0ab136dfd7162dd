"""Runs as people and machines ask after them, want them, follow and cancel them.

What lives is answered from the tables, what is over or queued from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from sexton.engine.answers.views import attempt_views, live_view, row_view, step_views
from sexton.engine.engine import Engine
from sexton.model.errors import Refused, SextonError
from sexton.model.ledger import Attempt, Attempts, Ended, Find, Row, Steps
from sexton.model.views import RunView

if TYPE_CHECKING:
    from sexton.core.wish import Wish
    from sexton.engine.runs.by_hand import ByHand
    from sexton.engine.tables import JobEntry
    from sexton.model.step import StepRecord
    from sexton.ports import Answer

BY_HAND = "cancelled by hand"


class RunSteering:
    """The part of ports.Control that is about runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world = engine.world

    @cached_property
    def _by_hand(self) -> ByHand:
        from sexton.engine.runs.by_hand import ByHand  # nobody may ever ask

        return ByHand(self._engine)

    def runs(
        self, answer: Answer, *, job: str | None, outcomes: tuple[str, ...], before: int | None, limit: int
    ) -> None:
        def found(rows: tuple[Row, ...] | SextonError) -> None:
            if isinstance(rows, SextonError):
                answer(rows)
            elif not rows and job is not None and job not in self._world.jobs:
                answer(unknown_job(job))
            else:
                answer([self._view(row) for row in rows])

        self._world.store.ask(Find(job=job, outcomes=outcomes, before_id=before, limit=limit), found)

    def run(self, run_id: int, answer: Answer) -> None:
        entry = self._world.by_id.get(run_id)
        if entry is not None:
            answer(live_view(entry, self._world.now()))
        else:
            self._row(run_id, answer, lambda row: self._with_steps(row_view(row), answer))

    def _with_steps(self, run: RunView, answer: Answer) -> None:
        """Answer with the run of the ledger, and the steps that it had."""

        def found(steps: tuple[StepRecord, ...] | SextonError) -> None:
            if isinstance(steps, SextonError):
                answer(steps)
            else:
                last = steps[-1].name if steps else None
                answer({**run, "step": last, "steps": step_views(steps, self._world.now())})

        self._world.store.ask(Steps(run["id"]), found)

    def attempts(self, run_id: int, answer: Answer) -> None:
        def found(earlier: tuple[Attempt, ...] | SextonError) -> None:
            if isinstance(earlier, SextonError):
                answer(earlier)
            else:
                self.run(
                    run_id, lambda run: answer(run if isinstance(run, SextonError) else attempt_views(earlier, run))
                )

        self._world.store.ask(Attempts(run_id), found)

    def trigger(
        self, job: str, answer: Answer, *, at: str | None = None, env: str | None = None, key: str | None = None
    ) -> None:
        entry = self._startable(job, answer)
        wish = None if entry is None else self._wish(entry, answer, at, env, key)
        if entry is not None and wish is not None:
            self._by_hand.trigger(entry, wish, answer)

    def _startable(self, job: str, answer: Answer) -> JobEntry | None:
        """The job, when runs of it can be started now; else it is answered why not."""
        entry = self._world.jobs.get(job)
        if entry is None:
            answer(unknown_job(job))
        elif self._engine.shutdown.begun:
            answer(Refused("unavailable", "Sexton is stopping and starts nothing more"))
        elif self._engine.halted:
            answer(Refused("unavailable", "Sexton is just being replaced by a new image; try again"))
        elif self._world.draining:
            answer(Refused("unavailable", "Sexton is draining and starts nothing; lift it with: sexton drain --off"))
        else:
            return entry
        return None

    def backfill(
        self, job: str, answer: Answer, *, at: str, env: str | None = None, reprocess: str = "none", dry: bool = False
    ) -> None:
        entry = self._startable(job, answer)
        wish = None if entry is None else self._wish(entry, answer, at, env, None)
        if entry is None or wish is None:
            return
        if (wish.at or 0) > self._world.now():
            answer(Refused("invalid", "that fire time is still to come; its run comes by itself"))
        else:
            self._by_hand.backfill(entry, wish, reprocess, dry, answer)

    def _wish(self, entry: JobEntry, answer: Answer, at: str | None, env: str | None, key: str | None) -> Wish | None:
        """What is wished of a run; None when it is answered what is wrong with that."""
        from sexton.core.wish import read_wish  # nobody may ever ask

        try:
            return read_wish(entry.job, self._world.plan.settings.timezone, at, env, key)
        except Refused as reason:
            answer(reason)
            return None

    def cancel(self, run_id: int, answer: Answer) -> None:
        entry = self._world.by_id.get(run_id)
        if entry is not None:
            self._engine.lives.give_up(entry, BY_HAND)
            answer(live_view(entry, self._world.now()))
        else:
            self._row(run_id, answer, lambda row: self._cancel_row(row, answer))

    def follow(self, run_id: int, wake: Callable[[], None]) -> Callable[[], None]:
        watchers = self._world.watchers.setdefault(run_id, [])
        watchers.append(wake)

        def stop() -> None:
            with suppress(ValueError):
                watchers.remove(wake)
            if not watchers and self._world.watchers.get(run_id) is watchers:
                del self._world.watchers[run_id]

        return stop

    def _view(self, row: Row) -> RunView:
        entry = self._world.by_id.get(row.id)
        return live_view(entry, self._world.now()) if entry else row_view(row)

    def _row(self, run_id: int, answer: Answer, use: Callable[[Row], None]) -> None:
        """Look a run up in the ledger and `use` its row, or answer why that cannot be."""

        def found(rows: tuple[Row, ...] | SextonError) -> None:
            if isinstance(rows, SextonError):
                answer(rows)
            elif rows:
                use(rows[0])
            else:
                answer(Refused("not_found", f"there is no run {run_id}"))

        self._world.store.ask(Find(run_id=run_id), found)

    def _cancel_row(self, row: Row, answer: Answer) -> None:
        job = self._world.jobs.get(row.job)
        wanted = None if job is None or row.state != "queued" else self._engine.room.withdraw(job, row.id)
        if wanted is None:
            ended = f"has ended already ({row.outcome})" if row.outcome else "is just being started; try again"
            answer(Refused("conflict", f"run {row.id} of {row.job} {ended}"))
            return

        def cancelled(done: Ended | SextonError) -> None:
            if isinstance(done, SextonError):
                self._engine.room.want(wanted)  # its row still says queued
                answer(done)
            else:
                self.run(row.id, answer)

        self._engine.requests.cancel(wanted.queued, row.id, BY_HAND, cancelled)


def unknown_job(name: str) -> Refused:
    return Refused("not_found", f"there is no job {name!r}")
