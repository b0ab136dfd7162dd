"""Runs from claim to end: performs what core/runs.py decides and turns what happens into its events.

One commit to start (the claim), one to end (the end row with what follows from it); what depends on a commit waits
for its answer. Invariant: every entry in `World.runs` has an answer from the store, a process, or a deadline to come.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sexton.core.runs import NEVER, TABLE, decide_run
from sexton.core.slots import iso
from sexton.engine import environment, tell
from sexton.engine.answers.views import live_view
from sexton.engine.arming import arm
from sexton.engine.runs.consequences import Ending, consequences
from sexton.engine.tables import RunEntry, Wanted, World
from sexton.model.errors import SextonError, SpawnError
from sexton.model.ledger import Claim, Claimed, Closed, End, Ended, Queued
from sexton.model.run import Exit, Happening, Run, RunEffect, RunEvent, RunState
from sexton.model.units import Instant

if TYPE_CHECKING:
    from sexton.model.handover import RunLeft
    from sexton.ports import Child


def log_name(fire_time: Instant | None, run_id: int, attempt: int = 1) -> str:
    """The name of a run's log file, without its ending: `20261122T080000Z-42`, and `…-42-2` for its second attempt."""
    stamp = iso((fire_time or 0) // 1_000_000 * 1_000_000).replace("-", "").replace(":", "")
    return f"{stamp}-{run_id}" if attempt == 1 else f"{stamp}-{run_id}-{attempt}"


class Lives:
    """`freed` is called with each run that is over or waits for its next attempt, `follow` with each run that an end
    calls for, `again` with each run that shall have another attempt."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._fresh: deque[tuple[RunEntry, Child]] = deque()  # started, and without a log so far
        self.freed: Callable[[RunEntry], None] = lambda entry: None
        self.follow: Callable[[RunEntry, Queued, int], None] = lambda entry, queued, run_id: None
        self.again: Callable[[RunEntry], None] = lambda entry: None
        self._perform: dict[RunEffect, Callable[[RunEntry], None]] = {
            RunEffect.SPAWN: self._spawn,
            RunEffect.SIGNAL_STOP: self._signal_stop,
            RunEffect.KILL: self._kill,
            RunEffect.RECORD_END: self._record_end,
            RunEffect.TRY_AGAIN: lambda entry: self.again(entry),
            RunEffect.RELEASE: self._release,
            RunEffect.REPORT_REFUSED: self._report_refused,
        }

    def claim(self, wanted: Wanted) -> None:
        """Take the slot; the process starts once that is durable."""
        run = Run(wanted.job.job.name, wanted.slot, os.urandom(8).hex(), wanted.fire_time, wanted.attempt)
        at = self._world.now()
        entry = RunEntry(run, wanted, at)
        wanted.job.going[entry] = None
        self._world.runs.add(entry)
        claim = Claim(run.job, run.slot, run.token, run.fire_time, at, wanted.watermark, wanted.env)
        self._world.store.submit(claim, lambda answer: self._on_claim(entry, answer))

    def take_up(self, entry: RunEntry, left: RunLeft) -> None:
        """Go on with a run where the last image of Sexton left off."""
        pid = left.run.pid
        entry.job, entry.end, entry.renounced = left.job, left.end, left.renounced
        entry.entry.going[entry] = None
        self._world.runs.add(entry)
        self._world.by_id[left.run.id] = entry
        arm(self._world.loop, entry, left.deadline, lambda: self._on_deadline(entry))
        if left.lives:
            self._world.children.adopt(pid, lambda ended: self._exited(entry, pid, ended))
        self._await_group(entry)

    def _await_group(self, entry: RunEntry) -> None:
        if entry.run.state is RunState.LINGERING:
            gone = RunEvent(Happening.GROUP_GONE)
            self._world.children.await_group(entry.run.pid, lambda: self.happen(entry, gone))

    def cancel(self, entry: RunEntry, reason: str, within: int | None = None) -> None:
        """Stop a run: its own stop timeout, but no longer than `within`."""
        self.happen(entry, RunEvent(Happening.CANCEL, reason=reason, within=within))

    def give_up(self, entry: RunEntry, reason: str) -> None:
        """Stop a run for good: there is no further attempt either, even where this one is over already."""
        entry.renounced = reason
        self.cancel(entry, reason)

    def happen(self, entry: RunEntry, event: RunEvent) -> None:
        """Put one event to the run's life table and perform what comes of it."""
        if TABLE[entry.run.state, event.kind] is NEVER:
            where = f"{entry.run.job} run {entry.run.id}"
            self._world.logs.say("error", f"defect: {event.kind} came while {where} was {entry.run.state}; ignored")
            return
        now = self._world.loop.clock.now()
        entry.run, effects, deadline = decide_run(entry.run, entry.job, event, now, entry.deadline)
        arm(self._world.loop, entry, deadline, lambda: self._on_deadline(entry))
        self._await_group(entry)
        for effect in effects:
            self._perform[effect](entry)

    def attend(self) -> None:
        """Give those that were just started their logs, and say that they were. Of many that are due together, all
        start before the first has this: until then a pipe keeps what they write."""
        try:
            while self._fresh:
                entry, child = self._fresh.popleft()
                self._open_log(entry, child)
                tell.started(self._world.logs, entry)
                if self._world.notices is not None:
                    self._world.notices.started(entry)
        finally:
            if self._fresh:  # the one before them had a defect
                self._world.loop.post(self.attend)

    def _open_log(self, entry: RunEntry, child: Child) -> None:
        world, run, log = self._world, entry.run, entry.job.process.log
        name = log_name(run.fire_time, run.id, run.attempt)
        entry.log = world.logs.open(run.job, name, child.output, log, child.errors)
        entry.log.on_growth(lambda: world.wake(run.id))

    def _on_deadline(self, entry: RunEntry) -> None:
        self.happen(entry, RunEvent(Happening.DEADLINE))

    def _on_claim(self, entry: RunEntry, answer: Claimed | SextonError | None) -> None:
        match answer:
            case Claimed(run_id, fence):
                self._world.by_id[run_id] = entry
                event = RunEvent(Happening.CLAIMED, run_id=run_id, fence=fence)
                self.happen(entry, event)
                entry.wanted.decided(entry)
            case None:
                entry.wanted.decided(None)
                self.happen(entry, RunEvent(Happening.CLAIM_REFUSED))
            case error:
                tell.claim_failed(self._world.logs, entry, error)
                entry.wanted.decided(error)
                self.happen(entry, RunEvent(Happening.CLAIM_FAILED))

    def _exited(self, entry: RunEntry, pid: int, ended: Exit) -> None:
        self.attend()
        if entry.log is not None:
            entry.log.finish()
        if entry.steps is not None:
            entry.steps.finish()
        leaving = self._world.spawner.group_alive(pid)
        kind = Happening.EXITED_LEAVING if leaving else Happening.EXITED
        errors = entry.log.errors if entry.log is not None else 0
        self.happen(entry, RunEvent(kind, exit=ended, errors=errors))

    # The effects

    def _spawn(self, entry: RunEntry) -> None:
        world = self._world
        env = environment.of_run(world, entry)
        try:
            child = self._start(entry, env)
        except SpawnError as error:
            self.happen(entry, RunEvent(Happening.SPAWN_FAILED, reason=str(error)))
            return
        world.children.adopt(child.pid, lambda ended: self._exited(entry, child.pid, ended))
        self._await_attention(entry, child)
        self.happen(entry, RunEvent(Happening.SPAWNED, pid=child.pid))

    def _start(self, entry: RunEntry, env: Mapping[str, str]) -> Child:
        if not entry.job.steps:
            return self._world.spawn(entry.job.process, env)
        from sexton.engine.runs.conducting import conduct

        return conduct(self._world, entry, env)

    def _await_attention(self, entry: RunEntry, child: Child) -> None:
        if not self._fresh:
            self._world.loop.post(self.attend)
        self._fresh.append((entry, child))

    def _signal_stop(self, entry: RunEntry) -> None:
        tell.stopping(self._world.logs, entry)
        self._world.spawner.signal_group(entry.run.pid, entry.job.process.stop.signal)

    def _kill(self, entry: RunEntry) -> None:
        mark = f"{self._world.identity.mark}\0SEXTON_RUN_ID={entry.run.id}"
        swept = self._world.spawner.kill_tree(entry.run.pid, mark)
        if entry.run.state is RunState.KILLING or swept:
            self._world.killed = True

    def _record_end(self, entry: RunEntry) -> None:
        if entry.end is None:
            self._end_steps(entry)
            entry.end = self._with_notices(entry, self._end_of(entry))
        self._world.store.submit(entry.end, lambda answer: self._on_end(entry, answer))

    def _end_steps(self, entry: RunEntry) -> None:
        if entry.steps is not None:
            from sexton.engine.runs.conducting import end

            end(entry)

    def _with_notices(self, entry: RunEntry, end: End) -> End:
        run, notices = entry.run, self._world.notices
        if notices is None:
            return end
        return notices.with_end(end, run.job, run.slot, run.fire_time, run.attempt)

    def _end_of(self, entry: RunEntry) -> End:
        run, log = entry.run, entry.log
        assert run.outcome is not None
        assert run.ended is not None
        ended = run.exit
        queue: tuple[Queued, ...] = ()
        close: tuple[Closed, ...] = ()
        if run.again is None:
            fire_time = run.ended if run.fire_time is None else run.fire_time
            ending = Ending(
                run.job,
                run.slot,
                run.id,
                fire_time,
                run.ended,
                run.outcome,
                run.reason,
                entry.wanted.env,
                entry.wanted.backfill,
            )
            queue, close = consequences(self._world, ending)
        return End(
            run_id=run.id,
            token=run.token,
            fence=run.fence,
            outcome=run.outcome,
            reason=_with_loss(run.reason, log.lost if log else 0),
            ended=run.ended,
            started=run.started,
            exit_code=ended.code if ended else None,
            signal=ended.signal if ended else None,
            cpu=ended.cpu if ended else None,
            max_rss=ended.max_rss if ended else None,
            log=log.path if log else None,
            log_bytes=log.size if log else 0,
            log_lost=log.lost if log else 0,
            tail=log.tail() if log else "",
            steps=() if entry.steps is None else entry.steps.all,
            not_before=run.again,
            queue=queue,
            close=close,
        )

    def _on_end(self, entry: RunEntry, answer: Ended | SextonError) -> None:
        if isinstance(answer, SextonError):
            tell.end_failed(self._world.logs, entry, answer)
            self.happen(entry, RunEvent(Happening.END_FAILED))
        elif not answer.took:
            self.happen(entry, RunEvent(Happening.END_REFUSED))
        elif entry.run.again is not None:
            tell.attempt_ended(self._world.logs, entry)
            self.happen(entry, RunEvent(Happening.ATTEMPT_RECORDED))
        else:
            tell.ended(self._world.logs, entry)
            end = entry.end
            self.happen(entry, RunEvent(Happening.END_RECORDED))
            for queued, run_id in answer.rows(end.queue) if end else ():
                self.follow(entry, queued, run_id)
            for closed in end.close if end else ():
                self._world.count(closed.job, str(closed.outcome))
            if answer.told and self._world.notices is not None:
                self._world.notices.told()

    def _release(self, entry: RunEntry) -> None:
        world = self._world
        world.runs.discard(entry)
        world.by_id.pop(entry.run.id, None)
        if entry.log is not None:
            world.logs.release(entry.log.path)
        if entry.run.ended is not None and entry.run.again is None:
            entry.entry.last = live_view(entry, world.now())
        entry.entry.going.pop(entry, None)
        self.freed(entry)
        world.wake(entry.run.id)

    def _report_refused(self, entry: RunEntry) -> None:
        tell.end_refused(self._world.logs, entry.run.job, entry.run.id)


def _with_loss(reason: str, lost: int) -> str:
    """A reason, and what a full disk cost of the output."""
    if not lost:
        return reason
    said = f"{lost} bytes of its output were not kept"
    return f"{reason}; {said}" if reason else said
