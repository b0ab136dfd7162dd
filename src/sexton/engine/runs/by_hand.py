"""Runs that a person asks for: now, as a job's overlap has it, or for a past fire time.

Loaded when somebody asks. Invariant: the answer comes once the wish is durable, or says why it cannot be; what the
store could not take is not tried again, since who asked has been told.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.core.backfill import Past, Reprocess, next_slot
from sexton.core.overlap import Way, decide_overlap
from sexton.core.slots import manual_slot
from sexton.engine.answers.views import live_view, row_view
from sexton.engine.engine import Engine
from sexton.engine.tables import JobEntry, RunEntry, Wanted
from sexton.model.errors import Refused, SextonError
from sexton.model.job import Overlap
from sexton.model.ledger import Find, Queued, Row
from sexton.model.views import RunView

if TYPE_CHECKING:
    from sexton.core.wish import Wish
    from sexton.ports import Answer

MOST_RUNS = 1000  # that a fire time of a job can have


class ByHand:
    """Hands the wishes for runs to the engine's room."""

    def __init__(self, engine: Engine) -> None:
        self._world = engine.world
        self._room = engine.room
        self._requests = engine.requests

    def trigger(self, entry: JobEntry, wish: Wish, answer: Answer) -> None:
        """A person wants a run now. Answers with its view once it is durable: claimed, or queued for room; where the
        wish has a name and was made before, as `_made_before` says."""
        if wish.slot is None:
            self._begin(entry, wish, manual_slot(os.urandom(8).hex()), answer)
        else:
            self._look_up(entry, wish, answer, lambda slot: self._begin(entry, wish, slot, answer))

    def _look_up(self, entry: JobEntry, wish: Wish, answer: Answer, go_on: Callable[[str], None]) -> None:
        """Answer with what has the slot of the wish, or go on with it when nothing has."""
        slot = wish.slot or ""

        def found(rows: tuple[Row, ...] | SextonError) -> None:
            if isinstance(rows, SextonError):
                answer(rows)
            elif rows:
                answer(self._made_before(rows[0], wish))
            else:
                go_on(slot)

        self._world.store.ask(Find(job=entry.job.name, slot=slot, limit=1), found)

    def _made_before(self, row: Row, wish: Wish) -> RunView | Refused:
        """The same key is answered with the same run; a fire time has one run, which stays as it is."""
        if wish.at is not None:
            how = row.outcome or row.state
            return Refused("conflict", f"{row.slot} of {row.job} has run {row.id} already ({how})")
        live = self._world.by_id.get(row.id)
        return live_view(live, self._world.now()) if live else row_view(row)

    def _begin(self, entry: JobEntry, wish: Wish, slot: str, answer: Answer) -> None:
        job, room = entry.job.name, self._room.has_room(entry)
        way = decide_overlap(entry.job.overlap, busy=entry.busy, room=room, waiting=len(entry.pending))
        if way is Way.SKIP:
            answer(Refused("conflict", f"{job} is busy: {_going(entry)}; wait for it or cancel it"))
            return
        now = self._world.now()
        fire_time = now if wish.at is None else wish.at
        taken = Refused("conflict", f"{slot} was asked for at this moment, too; ask for it again")
        if way is Way.GO and room and (not entry.going or entry.job.overlap is Overlap.ALLOW):
            self._room.want(Wanted(entry, slot, fire_time, self._answered(answer, taken), env=wish.env))
            return
        if way is Way.REPLACE:
            self._requests.make_way(entry, slot)
        self._queue(entry, Queued(job, slot, fire_time, now, env=wish.env), answer, taken)

    def backfill(self, entry: JobEntry, wish: Wish, reprocess: str, dry: bool, answer: Answer) -> None:
        """A person wants a run for a past fire time. It waits behind what comes in time, and overlaps as the person
        says. Answers with its view once it is queued, or when `dry` with its slot; Refused, when it has its run."""
        at, slot = wish.at or 0, wish.slot or ""

        def found(rows: tuple[Row, ...] | SextonError) -> None:
            if isinstance(rows, SextonError):
                answer(rows)
                return
            free = next_slot(slot, [Past(row.id, row.slot, row.outcome) for row in rows], Reprocess(reprocess))
            taken = Refused("conflict", f"{slot} was asked for at this moment, too")
            if isinstance(free, Past):
                how = free.outcome or "has not ended"
                answer(Refused("conflict", f"{slot} of {entry.job.name} has run {free.run_id} already ({how})"))
            elif dry:
                answer({"slot": free})
            else:
                wished = Queued(entry.job.name, free, at, self._world.now(), env=wish.env, backfill=True)
                self._queue(entry, wished, answer, taken)

        self._world.store.ask(Find(job=entry.job.name, fire_time=at, limit=MOST_RUNS), found)

    def _queue(self, entry: JobEntry, wished: Queued, answer: Answer, taken: Refused) -> None:
        def queued(run_id: int | SextonError | None) -> None:
            if isinstance(run_id, int):
                self._requests.insist(entry, wished, None, run_id)
                self._world.store.ask(Find(run_id=run_id), lambda rows: answer(_first(rows)))
            else:
                answer(run_id or taken)

        self._world.store.submit(wished, queued)

    def _answered(self, answer: Answer, taken: Refused) -> Callable[[RunEntry | SextonError | None], None]:
        def decided(result: RunEntry | SextonError | None) -> None:
            if isinstance(result, RunEntry):  # it has a log when what was posted before this is done
                self._world.loop.post(lambda: answer(live_view(result, self._world.now())))
            else:
                answer(result or taken)

        return decided


def _going(entry: JobEntry) -> str:
    """Why nobody can have another run of the job now."""
    if entry.job.overlap is not Overlap.SKIP:
        return f"{len(entry.pending)} runs are waiting already"
    going = entry.oldest
    what = f"run {going.run.id} is going" if going and going.run.id else "a run is waiting"
    return f"{what}, and its overlap is skip"


def _first(rows: tuple[Row, ...] | SextonError) -> RunView | SextonError:
    if isinstance(rows, SextonError):
        return rows
    return row_view(rows[0]) if rows else Refused("not_found", "the run has gone from history")
