"""Room: which of the wanted runs is claimed next.

A wanted run waits for its job to be idle, then for a place among `max_parallel`, by priority (higher first), then fire
time; nothing is claimed before `open` and after `close`. Waiting is unclaimed: nothing of it is in the ledger, so
nothing is lost or late by it. A run that pauses before its next attempt has no place, but its job is not idle.
Invariant: of each job at most the first wanted run stands in the queue, so that taking the next never has to look
further than the front.
"""

import heapq
from collections.abc import Callable
from itertools import count

from sexton.engine.tables import JobEntry, RunEntry, Wanted, World
from sexton.model.units import Instant


class Room:
    """`claim` is called with each wanted run whose turn has come."""

    def __init__(self, world: World, claim: Callable[[Wanted], None]) -> None:
        self._world = world
        self._claim = claim
        self._queue: list[tuple[int, int, int, JobEntry]] = []
        self._order = count()
        self._open = False

    @property
    def waiting(self) -> int:
        """Runs that are wanted and not claimed."""
        return sum(len(entry.pending) + len(entry.resting) for entry in self._world.jobs.values())

    def want(self, wanted: Wanted) -> None:
        """Claim `wanted` as soon as its job is idle and there is room: at once, if so it is."""
        if wanted.not_before is not None:
            self._rest(wanted, wanted.not_before)
            return
        wanted.job.pending.append(wanted)
        self._contend(wanted.job)
        self._fill()

    def withdraw(self, job: JobEntry, run_id: int) -> Wanted | None:
        """Take a queued run out of its job's line; None when it was not there."""
        wanted = _taken(job, run_id)
        if wanted is not None:
            self._contend(job)
            self._fill()
        return wanted

    def freed(self, entry: RunEntry) -> None:
        """A run is over: its job may go on, and its place is free."""
        self._contend(entry.entry)
        self._fill()

    def open(self) -> None:
        """What an earlier Sexton left is gone: claim what is wanted."""
        self._open = True
        self._fill()

    def close(self) -> None:
        """Claim nothing more: Sexton is stopping."""
        self._open = False

    def drop(self, job: JobEntry) -> list[Wanted]:
        """Empty the line of a job that is no more; what stood in it."""
        found = [*(wanted for wanted, _ in job.resting.values()), *job.pending]
        for _, timer in job.resting.values():
            timer.cancel()
        job.resting.clear()
        job.pending.clear()
        return found

    def _rest(self, wanted: Wanted, not_before: Instant) -> None:
        """Let the pause before an attempt pass: in elapsed time, and never longer than the job's longest pause, should
        the wall clock have been set back while nobody counted."""
        entry = wanted.job
        left = min(max(0, not_before - self._world.now()), entry.job.retry.limit)
        entry.resting[wanted.run_id] = wanted, self._world.loop.after(left, lambda: self._rested(wanted))

    def _rested(self, wanted: Wanted) -> None:
        del wanted.job.resting[wanted.run_id]
        wanted.job.pending.appendleft(wanted._replace(not_before=None))
        self._contend(wanted.job)
        self._fill()

    def _contend(self, job: JobEntry) -> None:
        if _may_go(job) and not job.contending:
            job.contending = True
            wanted = job.pending[0]
            heapq.heappush(self._queue, (-job.job.priority, wanted.fire_time, next(self._order), job))

    def _fill(self) -> None:
        limit = self._world.plan.settings.max_parallel
        while self._queue and len(self._world.runs) < limit and self._open:
            job = heapq.heappop(self._queue)[3]
            job.contending = False
            if _may_go(job):
                self._claim(job.pending.popleft())


def _may_go(job: JobEntry) -> bool:
    """Whether the first of the job's line needs room alone: a run that pauses is still going."""
    return job.active is None and bool(job.pending) and (not job.resting or job.pending[0].attempt > 1)


def _taken(job: JobEntry, run_id: int) -> Wanted | None:
    if run_id in job.resting:
        wanted, timer = job.resting.pop(run_id)
        timer.cancel()
        return wanted
    for wanted in job.pending:
        if wanted.run_id == run_id:
            job.pending.remove(wanted)
            return wanted
    return None
