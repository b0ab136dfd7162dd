"""Runs that no fire time calls for: at start, after another run, on an event, or left queued by an earlier Sexton.

Those that a person asks for are by_hand.py's. Invariant: a run that is queued in the ledger stands in line, pauses, or
waits for the store to answer for it, until it is claimed or given up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sexton.core.backoff import store_backoff
from sexton.core.overlap import Way
from sexton.core.slots import rerun_of, start_slot, upstream_of
from sexton.engine import tell
from sexton.engine.runs.consequences import Ending, consequences, skipped_by, way_of
from sexton.engine.runs.room import Room
from sexton.engine.tables import JobEntry, RunEntry, Upstream, Wanted, World
from sexton.model.errors import SextonError
from sexton.model.job import Overlap
from sexton.model.ledger import Cancelled, Closed, Ended, Find, Queued, Row
from sexton.model.run import Outcome

if TYPE_CHECKING:
    from sexton.model.handover import WantedLeft
    from sexton.ports import Answer


GONE = "the job is no longer in the plan"


class Requests:
    """Makes wanted runs and hands them to `room`. `give_up` ends a run that goes, for good."""

    def __init__(self, world: World, room: Room) -> None:
        self._world = world
        self._room = room
        self.give_up: Callable[[RunEntry, str], None] = lambda entry, reason: None
        self.apart = 0  # runs that do not stand in line yet: looking up their upstream, or giving the store time

    def at_start(self, entry: JobEntry) -> None:
        """The one run of an `@reboot` rule for this start of Sexton."""
        identity = self._world.identity
        self.insist(
            entry, Queued(entry.job.name, start_slot(identity.incarnation), identity.started, self._world.now())
        )

    def follow(self, run: RunEntry, queued: Queued, run_id: int) -> None:
        """The run that the end of `run` called for."""
        path = run.log.path if run.log else None
        upstream: Upstream | None = Upstream(run.run.job, run.run.id, str(run.run.outcome), path)
        if rerun_of(queued.slot) is not None:
            upstream = run.wanted.upstream
        entry = self._world.jobs[queued.job]
        if entry.busy and entry.job.overlap is Overlap.REPLACE:
            self.make_way(entry, queued.slot)
        self.insist(entry, queued, upstream, run_id)

    def react(self, entry: JobEntry, wished: Queued) -> None:
        """The run that an event calls for: queued before anything else, as the job's overlap has it."""
        way = way_of(self._world, entry)
        if way is Way.REPLACE:
            self.make_way(entry, wished.slot)
        reason = skipped_by(self._world, entry)
        skipped = Closed(entry.job.name, wished.slot, Outcome.SKIPPED, reason, wished.at, wished.fire_time)

        def answered(answer: int | SextonError | None) -> None:
            if isinstance(answer, SextonError):
                self._world.logs.say("error", f"{entry.job.name}: cannot record {wished.slot}: {answer}")
            elif way is Way.SKIP:
                tell.closed(self._world.logs, entry, skipped)
                self._world.count(skipped.job, str(skipped.outcome))
            elif answer is not None:
                self.resume(wished, answer)

        self._world.store.submit(self._world.told_of(skipped) if way is Way.SKIP else wished, answered)

    def again(self, run: RunEntry) -> None:
        """The next attempt of a run whose last one failed."""
        one = run.run
        queued = Queued(one.job, one.slot, one.fire_time, run.created, one.attempt + 1, one.again)
        queued = queued._replace(env=run.wanted.env, backfill=run.wanted.backfill)
        entry = self._world.jobs.get(one.job)
        if run.renounced or entry is None:
            self._give_up(queued, one.id, run.renounced or GONE)
        else:
            self.insist(entry, queued, run.wanted.upstream, one.id)

    def resume(self, queued: Queued, run_id: int) -> None:
        """A run that is queued in the ledger, and nothing more is known of it."""
        self._look_up(queued.slot, lambda upstream: self._resume_after(queued, run_id, upstream))

    def resume_all(self, waiting: Sequence[tuple[Queued, int]], done: Callable[[], None]) -> None:
        """The same for all of these, in this order; `done` is called once they stand in line."""
        upstreams: dict[int, Upstream | None] = {}

        def found(run_id: int, upstream: Upstream | None) -> None:
            upstreams[run_id] = upstream
            if len(upstreams) == len(waiting):
                for queued, each in waiting:
                    self._resume_after(queued, each, upstreams[each])
                done()

        for queued, run_id in waiting:
            self._look_up(queued.slot, partial(found, run_id))
        if not waiting:
            done()

    def _look_up(self, slot: str, found: Callable[[Upstream | None], None]) -> None:
        """The upstream that `slot` leads to: its own, or that of the run that it stands for."""
        known = upstream_of(slot) or rerun_of(slot)
        if known is None:
            found(None)
            return
        self.apart += 1

        def answered(rows: tuple[Row, ...] | SextonError) -> None:
            self.apart -= 1
            row = None if isinstance(rows, SextonError) or not rows else rows[0]
            if row is None:  # history may have been pruned: then the run goes without
                found(None)
            elif rerun_of(slot) is not None:
                self._look_up(row.slot, found)
            else:
                found(Upstream(row.job, row.id, str(row.outcome), row.log))

        self._world.store.ask(Find(run_id=known), answered)

    def _resume_after(self, queued: Queued, run_id: int, upstream: Upstream | None) -> None:
        entry = self._world.jobs.get(queued.job)
        if entry is None:  # a reload took it out meanwhile
            self._give_up(queued, run_id, GONE)
        else:
            self.insist(entry, queued, upstream, run_id)

    def make_way(self, entry: JobEntry, slot: str) -> None:
        """Cancel what goes or is queued of a job, for the run of `slot` that takes its place. A fire time that waits
        for room alone has begun nothing, and keeps its turn."""
        reason = f"replaced by the run for {slot}"
        for run in [run for run in entry.going if not run.wanted.backfill]:
            self.give_up(run, reason)
        waiting = [*(wanted for wanted, _ in entry.resting.values()), *entry.pending]
        for run_id in [each.run_id for each in waiting if not each.backfill]:
            wanted = self._room.withdraw(entry, run_id) if run_id else None
            if wanted is not None:
                self._give_up(wanted.queued, run_id, reason)

    def take_up(self, entry: JobEntry, left: WantedLeft) -> None:
        """A run that the last image of Sexton left wanted."""
        upstream = None if left.upstream is None else Upstream(**left.upstream)
        self.insist(entry, left.queued, upstream, left.run_id)

    def withdraw(self, entry: JobEntry) -> None:
        """The job has gone from the plan: what it waits for is over."""
        for wanted in self._room.drop(entry):
            if wanted.run_id:
                self._give_up(wanted.queued, wanted.run_id, GONE)

    def cancel(self, queued: Queued, run_id: int, reason: str, answer: Answer) -> None:
        """End a queued run as cancelled; where an attempt of it ran, after-jobs are called for. Answer: `Ended`."""
        at, fire_time = self._world.now(), queued.at if queued.fire_time is None else queued.fire_time
        change = Cancelled(run_id, at, reason)
        if queued.attempt > 1:
            ending = Ending(queued.job, queued.slot, run_id, fire_time, at, Outcome.CANCELLED, reason)
            queue, close = consequences(self._world, ending)
            change = change._replace(queue=queue, close=close)
        if self._world.notices is not None:
            change = self._world.notices.with_cancelled(change, queued)

        def cancelled(result: Ended | SextonError) -> None:
            if isinstance(result, Ended):
                self._world.wake(run_id)
                if result.told and self._world.notices is not None:
                    self._world.notices.told()
                for each, row in result.rows(change.queue):
                    self.resume(each, row)
            answer(result)

        self._world.store.submit(change, cancelled)

    def _give_up(self, queued: Queued, run_id: int, reason: str) -> None:
        """Where the store fails it stays queued, and the next start finds it."""
        self.cancel(queued, run_id, reason, lambda answer: None)

    def insist(self, entry: JobEntry, queued: Queued, upstream: Upstream | None = None, run_id: int = 0) -> None:
        """Want the run, which is durable or of this start, again and again until the store has taken its claim."""
        failures = 0

        def decided(result: RunEntry | SextonError | None) -> None:
            nonlocal failures
            if isinstance(result, SextonError):
                failures += 1
                self.apart += 1
                self._world.loop.after(store_backoff(failures), again)

        def again() -> None:
            self.apart -= 1
            self._room.want(wanted)

        wanted = Wanted(
            job=entry,
            slot=queued.slot,
            fire_time=queued.at if queued.fire_time is None else queued.fire_time,
            decided=decided,
            upstream=upstream,
            run_id=run_id,
            attempt=queued.attempt,
            not_before=queued.not_before,
            env=queued.env,
            backfill=queued.backfill,
        )
        self._room.want(wanted)
