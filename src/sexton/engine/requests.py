"""Runs that no fire time calls for: at start, after another run, left queued by an earlier Sexton, or by hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.core.backoff import store_backoff
from sexton.core.slots import manual_slot, start_slot, upstream_of
from sexton.engine.room import Room
from sexton.engine.tables import JobEntry, RunEntry, Upstream, Wanted, World
from sexton.engine.views import live_view, row_view
from sexton.model.errors import Refused, SextonError
from sexton.model.ledger import Cancelled, Find, Queued, Row
from sexton.model.views import RunView

if TYPE_CHECKING:
    from sexton.ports import Answer


class Requests:
    """Makes wanted runs and hands them to `room`. A request that is durable already (`queued`, at start) is tried
    again when the store fails; a person's is answered with the error."""

    def __init__(self, world: World, room: Room) -> None:
        self._world = world
        self._room = room
        self.apart = 0  # runs that do not stand in line yet: looking up their upstream, or giving the store time

    def at_start(self, entry: JobEntry) -> None:
        """The one run of an `@reboot` rule for this start of Sexton."""
        self._insist(entry, start_slot(self._world.identity.incarnation))

    def follow(self, run: RunEntry, queued: Queued, run_id: int) -> None:
        """The run that the end of `run` called for."""
        path = run.log.path if run.log else None
        upstream = Upstream(run.run.job, run.run.id, str(run.run.outcome), path)
        self._insist(self._world.jobs[queued.job], queued.slot, queued.fire_time, upstream, run_id)

    def resume(self, queued: Queued, run_id: int) -> None:
        """A run that an earlier Sexton queued and never claimed."""
        entry, upstream_id = self._world.jobs.get(queued.job), upstream_of(queued.slot)
        if entry is None:
            self._give_up(run_id)
        elif upstream_id is None:
            self._insist(entry, queued.slot, queued.fire_time, None, run_id)
        else:
            self.apart += 1
            self._world.store.ask(Find(run_id=upstream_id), lambda rows: self._resume_after(queued, run_id, rows))

    def _resume_after(self, queued: Queued, run_id: int, rows: tuple[Row, ...] | SextonError) -> None:
        self.apart -= 1
        upstream = None
        if not isinstance(rows, SextonError) and rows:  # history may have been pruned: then the run goes without
            upstream = Upstream(rows[0].job, rows[0].id, str(rows[0].outcome), rows[0].log)
        self._insist(self._world.jobs[queued.job], queued.slot, queued.fire_time, upstream, run_id)

    def withdraw(self, entry: JobEntry) -> None:
        """The job has gone from the plan: what it waits for is over."""
        for wanted in entry.pending:
            if wanted.run_id:
                self._give_up(wanted.run_id)
        entry.pending.clear()

    def by_hand(self, entry: JobEntry, answer: Answer) -> None:
        """A person wants a run now. Answers with its view once it is durable: claimed, or queued for room."""
        job = entry.job.name
        if entry.busy:
            going = (
                f"run {entry.active.run.id} is going" if entry.active and entry.active.run.id else "a run is waiting"
            )
            answer(Refused("conflict", f"{job} is busy: {going}, and its overlap is skip; wait for it or cancel it"))
            return
        now, slot = self._world.now(), manual_slot(os.urandom(8).hex())
        if self._has_room():
            self._room.want(Wanted(entry, slot, now, self._answered(answer)))
            return

        def queued(run_id: int | SextonError | None) -> None:
            if isinstance(run_id, int):
                self._insist(entry, slot, now, None, run_id)
                self._world.store.ask(Find(run_id=run_id), lambda rows: answer(_first(rows)))
            else:
                answer(run_id or Refused("conflict", f"{slot} was asked for before"))

        self._world.store.submit(Queued(job, slot, now, now), queued)

    def _give_up(self, run_id: int) -> None:
        gone = Cancelled(run_id, self._world.now(), "the job is no longer in the plan")
        self._world.store.submit(gone, lambda answer: None)

    def _has_room(self) -> bool:
        return len(self._world.runs) < self._world.plan.settings.max_parallel

    def _answered(self, answer: Answer) -> Callable[[RunEntry | SextonError | None], None]:
        def decided(result: RunEntry | SextonError | None) -> None:
            if isinstance(result, RunEntry):
                answer(live_view(result, self._world.now()))
            else:
                answer(result or Refused("conflict", "the request was made before"))

        return decided

    def _insist(
        self,
        entry: JobEntry,
        slot: str,
        fire_time: int | None = None,
        upstream: Upstream | None = None,
        run_id: int = 0,
    ) -> None:
        """Want the run, and want it again when the store could not take the claim."""
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

        at = self._world.now() if fire_time is None else fire_time
        wanted = Wanted(entry, slot, at, decided, upstream=upstream, run_id=run_id)
        self._room.want(wanted)


def _first(rows: tuple[Row, ...] | SextonError) -> RunView | SextonError:
    if isinstance(rows, SextonError):
        return rows
    return row_view(rows[0]) if rows else Refused("not_found", "the run has gone from history")
