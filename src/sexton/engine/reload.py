"""A new plan for a running Sexton: all of it or nothing.

The files are read in a thread; what is wrong with them changes nothing and is said where it was asked and in the log.
One reload at a time: who asks meanwhile is answered by the next; none before recovery is over. Invariant: services that
did not change keep their processes, runs that go on keep the definition they were claimed under, and no fire time is
lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.core.chain import followers, reactions
from sexton.core.reload import Changes, Difference, compare, given_up_with
from sexton.core.schedules.firetimes import FireTimes
from sexton.engine.tables import JobEntry, World
from sexton.model.errors import ConfigError, Refused, SextonError
from sexton.model.job import Job
from sexton.model.plan import Plan

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.ports import Answer


def in_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="sexton-reload", daemon=True).start()


def nothing_else(_plan: Plan) -> Callable[[], None]:
    return lambda: None


class Reload:
    """`read` reads the files again, or raises ConfigError; `aside` runs it beside the loop. `prepare` makes ready what
    the new plan changes outside of the engine, or raises ConfigError; what it returns completes that."""

    def __init__(
        self,
        engine: Engine,
        read: Callable[[], Plan],
        aside: Callable[[Callable[[], None]], None] = in_thread,
        prepare: Callable[[Plan], Callable[[], None]] = nothing_else,
    ) -> None:
        self._engine = engine
        self._world: World = engine.world
        self._read = read
        self._aside = aside
        self._prepare = prepare
        self._asked: list[Answer] = []
        self._looking: list[Answer] = []
        self._reading = False

    def ask(self, answer: Answer) -> None:
        """Reload. Answer: a sentence on what has changed, or Refused."""
        if self._world.stopping:
            answer(_stopping())
            return
        self._asked.append(answer)
        self._engine.when_resumed(self._begin)

    def look(self, answer: Answer) -> None:
        """Read the files, and change nothing. Answer: the Plan that they give, or Refused."""
        self._looking.append(answer)
        self._engine.when_resumed(self._begin)

    def _begin(self) -> None:
        if self._reading or not (self._asked or self._looking):
            return
        self._reading = True
        asked, self._asked = self._asked, []
        looking, self._looking = self._looking, []
        self._aside(lambda: self._read_files(asked, looking))

    def _read_files(self, asked: list[Answer], looking: list[Answer]) -> None:
        result: Plan | SextonError
        try:
            result = self._read()
        except SextonError as error:
            result = error
        except Exception as defect:  # noqa: BLE001 - whoever asked must hear of it, and the next reload must be able to begin
            result = SextonError(f"cannot read the configuration: {defect!r}")
        self._world.loop.post(lambda: self._finish(result, asked, looking))

    def _finish(self, result: Plan | SextonError, asked: list[Answer], looking: list[Answer]) -> None:
        self._reading = False
        refused = self._refused(result) if isinstance(result, SextonError) else None
        for answer in looking:
            answer(refused or result)
        if asked:
            said = refused if isinstance(result, SextonError) else self._apply(result)
            for answer in asked:
                answer(said)
        self._begin()

    def _refused(self, error: SextonError) -> Refused:
        problems = [str(problem) for problem in error.problems] if isinstance(error, ConfigError) else [str(error)]
        for problem in problems:
            self._world.logs.say("error", f"reload: {problem}", event="reload_failed")
        self._world.logs.say("error", "reload: nothing was changed", event="reload_failed")
        if self._world.notices is not None:
            self._world.notices.reload_failed("\n".join(problems))
        return Refused("broken_plan", "\n".join(problems))

    def _apply(self, plan: Plan) -> str | Refused:
        if self._world.stopping:  # a stop has begun while the files were read
            return _stopping()
        try:
            complete = self._prepare(plan)
        except ConfigError as error:
            return self._refused(error)
        changes = compare(self._world.plan, plan)
        self._world.plan = plan
        self._engine.announce_bounds()
        complete()
        lost = self._engine.adopt_sinks(plan)
        self._apply_jobs(plan, changes.jobs)
        self._engine.adopt_listeners(plan.listeners)
        self._engine.services.adopt(plan.services, changes.services)
        said = "; ".join((_sentence(changes), *(given_up_with(sink, count) for sink, count in lost.items())))
        self._world.logs.say("info", said, event="reloaded")
        for warning in plan.warnings:
            self._world.logs.say("warning", warning)
        return said

    def _apply_jobs(self, plan: Plan, jobs: Difference) -> None:
        world = self._world
        for name in jobs.gone:
            self._drop(world.jobs[name])
        for name in jobs.changed:
            entry = world.jobs[name]
            entry.job, entry.times = plan.jobs[name], self._times(plan.jobs[name])
        world.jobs = {name: world.jobs.get(name) or self._entry(job) for name, job in plan.jobs.items()}
        world.followers = followers(plan.jobs.values())
        world.reactions = reactions(plan.jobs.values())
        self._engine.room.rearrange()
        self._engine.enlist()
        self._engine.watch_for_files()

    def _entry(self, job: Job) -> JobEntry:
        """A job that is new, or back while runs of it still go on: these are its runs again."""
        entry = JobEntry(job, self._times(job))
        for run in sorted((run for run in self._world.runs if run.job.name == job.name), key=lambda run: run.created):
            run.entry = entry
            entry.going[run] = None
        return entry

    def _times(self, job: Job) -> FireTimes | None:
        return None if job.schedule is None else FireTimes(job.schedule, self._world.identity.started)

    def _drop(self, entry: JobEntry) -> None:
        """Nothing of the job starts any more; a run that goes on may end in peace, and has no further attempt."""
        if entry.timer is not None:
            entry.timer.cancel()
        if entry.late_timer is not None:
            entry.late_timer.cancel()
        entry.backlog.clear()
        for run in entry.going:
            run.job = run.job._replace(retry=run.job.retry._replace(attempts=run.run.attempt))
        self._world.forget(entry.job.name)
        self._engine.requests.withdraw(entry)


def _stopping() -> Refused:
    return Refused("unavailable", "Sexton is stopping; nothing was changed")


def _sentence(changes: Changes) -> str:
    said = f"reloaded: jobs {changes.jobs}; services {changes.services}"
    if changes.http:
        said += "; http changed"
    if changes.notices:
        said += "; notices changed"
    if changes.settings:
        said += f"; {', '.join(changes.settings)} will change with the next start"
    return said
