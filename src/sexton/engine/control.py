"""What people and machines may ask and want, answered from the tables and the ledger. Implements ports.Control."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from sexton import __version__
from sexton.core.slots import iso
from sexton.engine.answers.job_views import JobViews
from sexton.engine.answers.views import attempt_views, live_view, row_view, step_views
from sexton.engine.engine import Engine
from sexton.engine.services.steering import Steering
from sexton.engine.switches import Switches
from sexton.model.errors import Refused, SextonError
from sexton.model.ledger import Attempt, Attempts, Ended, Find, Row, Steps
from sexton.model.service import ServiceState
from sexton.model.units import SECOND
from sexton.model.views import DrainView, InfoView, PoolView, RunView

if TYPE_CHECKING:
    from sexton.core.wish import Wish
    from sexton.engine.answers.metrics import Metrics
    from sexton.engine.drain import Drain
    from sexton.engine.services.programs import Programs
    from sexton.engine.tables import JobEntry
    from sexton.model.health import Health
    from sexton.model.step import StepRecord
    from sexton.ports import Answer, Desk

BY_HAND = "cancelled by hand"


class Control(Steering):
    """`where` names the places for `info`: `socket`, `state`, and `http` while that is open. `look` answers with the
    plan that the files would give by now."""

    def __init__(
        self,
        engine: Engine,
        where: Mapping[str, str],
        reload: Callable[[Answer], None],
        look: Callable[[Answer], None],
        reexec: Callable[[Answer], None],
    ) -> None:
        super().__init__(engine)
        self.reload = reload
        self._look = look
        self.reexec = reexec
        self._switches = Switches(engine)
        self.events = engine.world.logs.heard.after
        self.follow_events = engine.world.logs.heard.follow
        self._world = engine.world
        self._where = where
        self._job_views = JobViews()

    def info(self) -> InfoView:
        world, settings = self._world, self._world.plan.settings
        now = world.now()
        return InfoView(
            version=__version__,
            pid=os.getpid(),
            started=iso(world.identity.started),
            image_started=iso(world.image_started),
            reexec_failed=world.reexec_failed,
            uptime_seconds=(now - world.identity.started) / SECOND,
            now=iso(now),
            timezone=settings.timezone,
            files=list(world.plan.files),
            state=settings.state,
            log_dir=settings.log_dir,
            socket=self._where["socket"],
            http=self._where.get("http"),
            jobs=len(world.jobs),
            running=len(world.runs),
            waiting=self._engine.room.waiting,
            max_parallel=settings.max_parallel,
            pools={
                name: PoolView(slots=pool.slots, used=self._engine.room.used(name))
                for name, pool in world.plan.pools.items()
            },
            services=len(self._services.entries),
            services_running=sum(entry.state is ServiceState.RUNNING for entry in self._services.entries.values()),
            hold=world.hold,
            draining=world.draining,
            relay_dropped_bytes=world.logs.relay_dropped,
            warnings=list(world.plan.warnings),
        )

    @cached_property
    def programs(self) -> Programs:
        from sexton.engine.services.programs import Programs  # nobody may ever ask

        return Programs(self._engine, self, self._look)

    @cached_property
    def desk(self) -> Desk:
        from sexton.engine.notices.desk import NoticeDesk  # nobody may ever ask

        return NoticeDesk(self._world)

    def health(self) -> Health:
        from sexton.engine.answers.health import health_of  # nobody may ever ask

        return health_of(self._engine)

    def metrics(self, answer: Answer) -> None:
        self._metrics.gather(answer)

    @cached_property
    def _metrics(self) -> Metrics:
        from sexton.engine.answers.metrics import Metrics  # nobody may ever ask

        return Metrics(self._engine)

    def jobs(self, answer: Answer) -> None:
        now = self._world.now()
        answer([self._job_views.view(entry, now, self._world.off) for entry in self._world.jobs.values()])

    def job(self, name: str, answer: Answer) -> None:
        entry = self._world.jobs.get(name)
        answer(self._job_views.view(entry, self._world.now(), self._world.off) if entry else _unknown_job(name))

    def runs(
        self, answer: Answer, *, job: str | None, outcomes: tuple[str, ...], before: int | None, limit: int
    ) -> None:
        def found(rows: tuple[Row, ...] | SextonError) -> None:
            if isinstance(rows, SextonError):
                answer(rows)
            elif not rows and job is not None and job not in self._world.jobs:
                answer(_unknown_job(job))
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

    def plan(self, answer: Answer, *, start: str | None, end: str | None, job: str | None, limit: int) -> None:
        from sexton.engine.answers.ahead import plan_of  # nobody may ever ask

        try:
            answer(plan_of(self._world, start, end, job, limit))
        except Refused as reason:
            answer(reason)

    def attempts(self, run_id: int, answer: Answer) -> None:
        def found(earlier: tuple[Attempt, ...] | SextonError) -> None:
            if isinstance(earlier, SextonError):
                answer(earlier)
            else:
                self.run(
                    run_id, lambda run: answer(run if isinstance(run, SextonError) else attempt_views(earlier, run))
                )

        self._world.store.ask(Attempts(run_id), found)

    def why(self, job: str, at: str, answer: Answer) -> None:
        from sexton.engine.answers.why import explain_run  # nobody may ever ask

        entry = self._world.jobs.get(job)
        if entry is None:
            answer(_unknown_job(job))
            return
        try:
            explain_run(self._world, entry, at, answer)
        except Refused as reason:
            answer(reason)

    def trigger(
        self, job: str, answer: Answer, *, at: str | None = None, env: str | None = None, key: str | None = None
    ) -> None:
        entry = self._startable(job, answer)
        wish = None if entry is None else self._wish(entry, answer, at, env, key)
        if entry is not None and wish is not None:
            self._engine.requests.by_hand(entry, wish, answer)

    def _startable(self, job: str, answer: Answer) -> JobEntry | None:
        """The job, when runs of it can be started now; else it is answered why not."""
        entry = self._world.jobs.get(job)
        if entry is None:
            answer(_unknown_job(job))
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
            self._engine.requests.backfill(entry, wish, reprocess, dry, answer)

    def _wish(self, entry: JobEntry, answer: Answer, at: str | None, env: str | None, key: str | None) -> Wish | None:
        """What is wished of a run; None when it is answered what is wrong with that."""
        from sexton.core.wish import read_wish  # nobody may ever ask

        try:
            return read_wish(entry.job, self._world.plan.settings.timezone, at, env, key)
        except Refused as reason:
            answer(reason)
            return None

    def pause(self, job: str, off: bool, answer: Answer) -> None:
        self._switches.job(job, off, answer, lambda: self.job(job, answer))

    def drain(self, off: bool, answer: Answer) -> None:
        self._drain().ask(off, answer)

    def draining(self) -> DrainView:
        return self._drain().view()

    def follow_drain(self, wake: Callable[[], None]) -> Callable[[], None]:
        return self._drain().follow(wake)

    def _drain(self) -> Drain:
        from sexton.engine.drain import Drain  # nobody may ever ask

        if self._engine.drain is None:
            self._engine.drain = Drain(self._engine)
        return self._engine.drain

    def disable(self, service: str, off: bool, answer: Answer) -> None:
        self._switches.service(service, off, answer, lambda: self.service(service, answer))

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


def _unknown_job(name: str) -> Refused:
    return Refused("not_found", f"there is no job {name!r}")
