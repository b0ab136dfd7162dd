"""Room: which of the wanted runs is claimed next.

A wanted run waits for its job to be idle, then for a place among `max_parallel`, by priority (higher first), then fire
time; nothing is claimed before `open` and after `close`. Waiting is unclaimed: nothing of it is in the ledger, so
nothing is lost or late by it. Invariant: of each job at most the first wanted run stands in the queue, so that taking
the next never has to look further than the front.
"""

import heapq
from collections.abc import Callable
from itertools import count

from sexton.engine.tables import JobEntry, RunEntry, Wanted, World


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
        return sum(len(entry.pending) for entry in self._world.jobs.values())

    def want(self, wanted: Wanted) -> None:
        """Claim `wanted` as soon as its job is idle and there is room: at once, if so it is."""
        wanted.job.pending.append(wanted)
        self._contend(wanted.job)
        self._fill()

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

    def _contend(self, job: JobEntry) -> None:
        if job.active is None and job.pending and not job.contending:
            job.contending = True
            wanted = job.pending[0]
            heapq.heappush(self._queue, (-job.job.priority, wanted.fire_time, next(self._order), job))

    def _fill(self) -> None:
        limit = self._world.plan.settings.max_parallel
        while self._queue and len(self._world.runs) < limit and self._open:
            job = heapq.heappop(self._queue)[3]
            job.contending = False
            if job.pending:
                self._claim(job.pending.popleft())
