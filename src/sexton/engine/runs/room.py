"""Room: which of the wanted runs is claimed next.

A wanted run waits for its job to be idle (unless its overlap is `allow`), then for a place in its pool and among
`max_parallel`, by priority (higher first), then fire time; nothing is claimed before `open` and after `close`. What
waits for room alone is unclaimed: nothing is late by it. A run that pauses before its next attempt has no place, but
its job is not idle. Invariants: of each job at most the first wanted run stands in its pool's line, and of each pool
with a free place the first stands at the front, so that the next is found without looking past those that must wait.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from typing import TypeAlias

from sexton.engine.tables import JobEntry, RunEntry, Wanted, World
from sexton.model.job import Overlap
from sexton.model.units import Instant

Place: TypeAlias = tuple[bool, int, Instant, int, JobEntry]  # a line's order: backfills last, priority, age, arrival

NO_POOL = ""


class Room:
    """`claim` is called with each wanted run whose turn has come."""

    def __init__(self, world: World, claim: Callable[[Wanted], None]) -> None:
        self._world = world
        self._claim = claim
        self._lines: dict[str, list[Place]] = {}  # by pool
        self._front: list[tuple[Place, str]] = []  # the first of each line that has a free place; some are outdated
        self._used: dict[str, int] = {}  # places taken, by pool
        self._order = count()
        self._open = False
        self.waiting = 0  # runs that are wanted and not claimed

    def has_room(self, job: JobEntry) -> bool:
        """Whether a run could be claimed now, as far as places go."""
        pool = job.job.pool or NO_POOL
        return len(self._world.runs) < self._world.plan.settings.max_parallel and self._is_free(pool)

    def used(self, pool: str) -> int:
        """How many places of a pool are taken."""
        return self._used.get(pool, 0)

    def want(self, wanted: Wanted) -> None:
        """Claim `wanted` as soon as its job is idle and there is room: at once, if so it is."""
        self.waiting += 1
        if wanted.not_before is not None:
            self._rest(wanted, wanted.not_before)
            return
        self._line_up(wanted)
        self._contend(wanted.job)
        self._fill()

    def _line_up(self, wanted: Wanted) -> None:
        """Put it behind all that wait for its job, but for those of backfills where it is none."""
        entry, line = wanted.job, wanted.job.pending
        if wanted.backfill or not line or not line[-1].backfill:
            line.append(wanted)
            return
        place = next(number for number, each in enumerate(line) if each.backfill)
        line.insert(place, wanted)
        if place == 0:
            entry.contending = False  # it stands for its job in another place

    def withdraw(self, job: JobEntry, run_id: int) -> Wanted | None:
        """Take a queued run out of its job's line; None when it was not there."""
        wanted = _taken(job, run_id)
        if wanted is not None:
            self.waiting -= 1
            self._contend(job)
            self._fill()
        return wanted

    def drop(self, job: JobEntry) -> list[Wanted]:
        """Empty the line of a job that is no more; what stood in it."""
        found = [*(wanted for wanted, _ in job.resting.values()), *job.pending]
        for _, timer in job.resting.values():
            timer.cancel()
        job.resting.clear()
        job.pending.clear()
        self.waiting -= len(found)
        return found

    def freed(self, entry: RunEntry) -> None:
        """A run is over: its job may go on, and its place is free."""
        pool = entry.job.pool or NO_POOL
        self._used[pool] -= 1
        self._contend(entry.entry)
        self._offer(pool)
        self._fill()

    def take_up(self, entry: RunEntry) -> None:
        """A run that the last image of Sexton has claimed has its place."""
        pool = entry.job.pool or NO_POOL
        self._used[pool] = self.used(pool) + 1

    def open(self) -> None:
        """What an earlier Sexton left is gone: claim what is wanted."""
        self._open = True
        self._fill()

    def close(self) -> None:
        """Claim nothing more: Sexton is stopping."""
        self._open = False

    def rearrange(self) -> None:
        """The plan has changed: priorities, pools and places are what it says now."""
        self._lines.clear()
        self._front.clear()
        for job in self._world.jobs.values():
            job.contending = False
            self._contend(job)
        self._fill()

    def _rest(self, wanted: Wanted, not_before: Instant) -> None:
        """Let the pause before an attempt pass: in elapsed time, and never longer than the job's longest pause, should
        the wall clock have been set back while nobody counted."""
        entry = wanted.job
        left = min(max(0, not_before - self._world.now()), entry.job.retry.limit)
        entry.resting[wanted.run_id] = wanted, self._world.loop.after(left, lambda: self._rested(wanted))

    def _rested(self, wanted: Wanted) -> None:
        del wanted.job.resting[wanted.run_id]
        wanted.job.pending.insert(0, wanted._replace(not_before=None))
        self._contend(wanted.job)
        self._fill()

    def _contend(self, entry: JobEntry) -> None:
        """Let the first of the job's line stand for it in that of its pool."""
        if entry.contending or not _may_go(entry):
            return
        entry.contending = True
        job, pool = entry.job, entry.job.pool or NO_POOL
        first = entry.pending[0]
        place = (first.backfill, -job.priority, first.fire_time, next(self._order), entry)
        heapq.heappush(self._lines.setdefault(pool, []), place)
        self._offer(pool)

    def _offer(self, pool: str) -> None:
        """Let the first of the pool's line stand at the front, where there is a place for it."""
        line = self._lines.get(pool)
        if line and self._is_free(pool):
            heapq.heappush(self._front, (line[0], pool))

    def _is_free(self, pool: str) -> bool:
        return not pool or self.used(pool) < self._world.plan.pools[pool].slots

    def _fill(self) -> None:
        limit = self._world.plan.settings.max_parallel
        while self._open and self._front and len(self._world.runs) < limit:
            place, pool = heapq.heappop(self._front)
            line = self._lines.get(pool)
            if line and line[0] is place and self._is_free(pool):
                heapq.heappop(line)
                self._admit(place[-1], pool)
                self._offer(pool)

    def _admit(self, entry: JobEntry, pool: str) -> None:
        """It is the job's turn. It may have been taken out of its line, or be waiting for another, meanwhile."""
        entry.contending = False
        if _may_go(entry):
            self.waiting -= 1
            self._used[pool] = self.used(pool) + 1
            self._claim(entry.pending.pop(0))
            self._contend(entry)


def _may_go(entry: JobEntry) -> bool:
    """Whether the first of the job's line needs room alone: a run that pauses is still going."""
    if not entry.pending:
        return False
    if entry.job.overlap is Overlap.ALLOW:
        return True
    first = entry.pending[0]
    if first.backfill:
        return not entry.rests and all(run.wanted.backfill for run in entry.going)
    return not entry.going and (not entry.rests or first.attempt > 1)


def _taken(entry: JobEntry, run_id: int) -> Wanted | None:
    if run_id in entry.resting:
        wanted, timer = entry.resting.pop(run_id)
        timer.cancel()
        return wanted
    for wanted in entry.pending:
        if wanted.run_id == run_id:
            entry.pending.remove(wanted)
            return wanted
    return None
