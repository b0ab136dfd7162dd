"""What an earlier Sexton left behind: first its processes are ended, then its claims become `lost`.

Survivors get no more than MERCY (survivors.py), and nothing of ours starts before the last of them is gone. Then what
is queued stands in line again: first what runs once more for a lost run, which was going while the others waited.
Invariant: afterwards no row is `claimed` and no process carries the mark of an earlier start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sexton.core.slots import rerun_of
from sexton.engine import tell
from sexton.engine.runs.consequences import Ending, consequences
from sexton.engine.runs.lives import log_name
from sexton.engine.runs.requests import Requests
from sexton.engine.survivors import Survivors
from sexton.engine.tables import World
from sexton.model.errors import SextonError
from sexton.model.ledger import End, Ended, Queued, Row
from sexton.model.run import Outcome
from sexton.model.units import SECOND, Duration

if TYPE_CHECKING:
    from sexton.model.step import StepRecord

MERCY: Duration = 3 * SECOND


class Recovery:
    """`rows` are the ledger's open rows (queued and claimed); `ended` is called once their ends are durable, `resumed`
    once all that is queued stands in line."""

    def __init__(
        self,
        world: World,
        requests: Requests,
        rows: Sequence[Row],
        *,
        ended: Callable[[], None],
        resumed: Callable[[], None],
    ) -> None:
        self._world = world
        self._requests = requests
        self._claimed = [row for row in rows if row.state == "claimed"]
        self._queued = [(_queued(row), row.id) for row in rows if row.state == "queued"]
        self._reruns: list[tuple[Queued, int]] = []
        self._ended = ended
        self._resumed = resumed
        self._survivors = Survivors(world, self._last_gone)
        self._open = 0

    def begin(self) -> None:
        self._survivors.end(MERCY, spare=lambda carrier: False, why="outlived the Sexton that started it")
        if not self._survivors:
            self._all_gone()

    def _last_gone(self) -> None:
        self._world.spawner.kill_tree(0, self._world.identity.mark)  # what was forked meanwhile
        self._all_gone()

    def _all_gone(self) -> None:
        self._open = len(self._claimed)
        for row in self._claimed:
            self._record(row, self._end_of(row))
        if not self._claimed:
            self._resume()

    def _end_of(self, row: Row) -> End:
        now = self._world.now()
        fire_time = now if row.fire_time is None else row.fire_time
        ending = Ending(row.job, row.slot, row.id, fire_time, now, Outcome.LOST, env=row.env, backfill=row.backfill)
        queue, close = consequences(self._world, ending)
        log = self._world.logs.recover(row.job, log_name(row.fire_time, row.id, row.attempt))
        end = End(
            run_id=row.id,
            token=row.token,
            fence=row.fence,
            outcome=Outcome.LOST,
            reason=tell.LOST,
            ended=now,
            started=row.claimed,
            log=log.path if log else None,
            log_bytes=log.size if log else 0,
            tail=log.tail if log else "",
            queue=queue,
            close=close,
            steps=self._steps_of(row),
        )
        notices = self._world.notices
        return end if notices is None else notices.with_end(end, row.job, row.slot, row.fire_time, row.attempt)

    def _steps_of(self, row: Row) -> tuple[StepRecord, ...]:
        entry = self._world.jobs.get(row.job)
        if entry is None or not entry.job.steps:
            return ()
        from sexton.engine.runs.conducting import lost_steps

        return lost_steps(self._world, entry.job, row)

    def _record(self, row: Row, end: End) -> None:
        self._world.store.submit(end, lambda answer: self._recorded(row, end, answer))

    def _recorded(self, row: Row, end: End, answer: Ended | SextonError) -> None:
        if isinstance(answer, SextonError):
            self._world.logs.say("error", f"{row.job}: cannot record that run {row.id} is lost: {answer}; trying again")
            self._world.loop.after(SECOND, lambda: self._record(row, end))
            return
        if answer.took:
            tell.lost(self._world.logs, row)
            self._world.count(row.job, str(Outcome.LOST))
            for queued, run_id in answer.rows(end.queue):
                (self._queued if rerun_of(queued.slot) is None else self._reruns).append((queued, run_id))
            if self._world.notices is not None:
                self._world.notices.told()
        else:
            tell.end_refused(self._world.logs, row.job, row.id)
        self._open -= 1
        if self._open == 0:
            self._resume()

    def _resume(self) -> None:
        self._ended()
        if self._world.hold:  # what is queued stays queued: nothing starts by itself
            self._resumed()
        else:
            self._requests.resume_all([*self._reruns, *self._queued], self._resumed)


def _queued(row: Row) -> Queued:
    return Queued(
        row.job, row.slot, row.fire_time, row.created, row.attempt, row.not_before, env=row.env, backfill=row.backfill
    )
