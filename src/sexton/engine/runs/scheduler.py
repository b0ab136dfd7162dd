"""Fire times: waits for the next one of every job, decides what is due, and moves the watermark.

What is due is decided item by item, each durable before the next is taken up, so that the watermark never passes a
fire time that has no row. While an item waits (for room, or for the disk) the job's later fire times wait with it;
where its overlap lets runs wait for each other, each is queued in the ledger instead.
"""

from collections.abc import Callable, Collection, Iterable

from sexton.core.backoff import store_backoff
from sexton.core.due import Due, Missed, Start, decide_due, no_delay
from sexton.core.overlap import Way, decide_overlap
from sexton.core.schedules.jitter import delay
from sexton.core.schedules.lead import lead_after_step, lead_from, lead_until
from sexton.core.slots import fire_slot, missed_slot
from sexton.engine import tell
from sexton.engine.runs.consequences import skipped_by
from sexton.engine.runs.requests import Requests
from sexton.engine.runs.room import Room
from sexton.engine.tables import JobEntry, RunEntry, Wanted, World
from sexton.model.errors import SextonError
from sexton.model.ledger import Closed, Queued
from sexton.model.run import Outcome
from sexton.model.units import Duration, Instant


class Scheduler:
    """Calls on `room` for each fire time that shall run."""

    def __init__(self, world: World, room: Room, requests: Requests) -> None:
        self._world = world
        self._requests = requests
        self._room = room
        self._stopped = False
        self._failures = 0
        self._halted: list[JobEntry] = []  # in the middle of a backlog when it was stopped
        self._seen = world.loop.clock.now()

    def enlist(self, entry: JobEntry, watermark: Instant) -> None:
        """The ledger has said what of the job is decided already."""
        entry.watermark = max(entry.watermark, watermark)
        intervals = entry.times is not None and entry.times.has_intervals
        entry.lead = max(entry.lead, lead_from(entry.watermark, self._world.now())) if intervals else 0

    def clock_set(self) -> None:
        """The wall clock was stepped. Intervals keep their rhythm; everything else follows the clock by itself."""
        before, now = self._seen, self._world.loop.clock.now()
        self._seen = now
        for entry in self._world.jobs.values():
            if entry.times is not None and entry.times.has_intervals:
                entry.lead = lead_after_step(entry.lead, before, now)
                self.arm(entry)

    def arm(self, entry: JobEntry) -> None:
        """Wait for the job's next fire time after its watermark (which may be past: then it is due at once). What is
        being decided goes on, and waits for the next one when it is through. Before `enlist` nothing can be due."""
        if entry.backlog:
            return
        if entry.timer is not None:
            entry.timer.cancel()
        if self._stopped or self._world.hold or entry.times is None or not entry.watermark:
            return
        self._seen = self._world.loop.clock.now()
        upcoming = entry.times.after(entry.watermark)
        if upcoming is not None:
            entry.lead = lead_until(entry.lead, entry.watermark, upcoming)
            start = upcoming + self._delay(entry)(upcoming) - entry.lead
            entry.timer = self._world.loop.at(start, lambda: self._fall_due(entry))

    def stop(self) -> None:
        """Decide nothing more: what falls due now is found again at the next start."""
        self._stopped = True
        for entry in self._world.jobs.values():
            if entry.timer is not None:
                entry.timer.cancel()

    def go_on(self) -> None:
        """Decide again: what called for the stop did not come to be."""
        self._stopped = False
        halted, self._halted = self._halted, []
        for entry in halted:
            if self._world.jobs.get(entry.job.name) is entry:  # a reload may have taken it out
                self._decide(entry)
        for entry in self._world.jobs.values():
            self.arm(entry)

    def take_up(self, entry: JobEntry, backlog: Iterable[Due], pending: Collection[Instant]) -> None:
        """Go on with what the last image of Sexton has found to be due; `pending` are the fire times that wait for
        their claim."""
        entry.backlog = list(backlog)
        first = entry.backlog[0] if entry.backlog else None
        if isinstance(first, Start) and first.fire_time in pending:
            self._want(entry, first.fire_time)
        elif first is not None:
            self._decide(entry)

    def _fall_due(self, entry: JobEntry) -> None:
        assert entry.times is not None
        job, now = entry.job, self._world.now() + entry.lead
        entry.backlog = list(decide_due(entry.times, entry.watermark, now, job.grace, job.catch_up, self._delay(entry)))
        self._decide(entry)

    def _delay(self, entry: JobEntry) -> Callable[[Instant], Duration]:
        """By how much the job's jitter puts off the start for a fire time."""
        job, times = entry.job, entry.times
        if not job.jitter or times is None:
            return no_delay
        return lambda fire_time: delay(job.name, job.jitter, times, fire_time)

    def _decide(self, entry: JobEntry) -> None:
        """Take up the oldest item of the backlog; without one, wait for the next fire time."""
        if self._stopped:
            self._halted.append(entry)
            return
        if not entry.backlog:
            self.arm(entry)
            return
        match entry.backlog[0]:
            case Missed() as missed:
                self._close(entry, self._passed_row(entry, missed))
            case Start() as start if self._world.is_paused(entry.job.name):
                self._close(entry, self._skipped_row(start, entry, skipped_by(self._world, entry)))
            case Start(fire_time, waits=True):
                self._want(entry, fire_time)
            case Start() as start:
                self._start(entry, start)

    def _start(self, entry: JobEntry, start: Start) -> None:
        """A fire time that came in time, as the job's overlap has it."""
        room = self._room.has_room(entry)
        match decide_overlap(entry.job.overlap, busy=entry.busy, room=room, waiting=len(entry.pending)):
            case Way.SKIP:
                self._close(entry, self._skipped_row(start, entry, skipped_by(self._world, entry)))
            case Way.LINE_UP:
                self._line_up(entry, start.fire_time)
            case Way.REPLACE:
                self._requests.make_way(entry, fire_slot(start.fire_time))
                self._want(entry, start.fire_time)
            case Way.GO:
                self._want(entry, start.fire_time)

    def _want(self, entry: JobEntry, fire_time: Instant) -> None:
        slot = fire_slot(fire_time)
        self._room.want(Wanted(entry, slot, fire_time, lambda a: self._decided(entry, a), watermark=fire_time))

    def _line_up(self, entry: JobEntry, fire_time: Instant) -> None:
        """Queue the run, and go on to the next fire time once that is durable."""
        slot, now = fire_slot(fire_time), self._world.now()
        queued = Queued(entry.job.name, slot, fire_time, now, watermark=fire_time)

        def answered(answer: int | SextonError | None) -> None:
            if isinstance(answer, SextonError):
                self._world.logs.say("error", f"{entry.job.name}: cannot queue {slot}: {answer}; trying again")
            elif answer is not None:
                self._requests.resume(queued, answer)
            self._decided(entry, answer)

        self._world.store.submit(queued, answered)

    def _decided(self, entry: JobEntry, answer: RunEntry | SextonError | int | None) -> None:
        """The item is in the ledger (by us, or it was before); or the store failed, and the job stays due."""
        if isinstance(answer, SextonError):
            self._failures += 1
            entry.backlog.clear()
            entry.timer = self._world.loop.after(store_backoff(self._failures), lambda: self.arm(entry))
            return
        self._failures = 0
        entry.watermark = max(entry.watermark, entry.backlog.pop(0).watermark)
        self._decide(entry)

    def _close(self, entry: JobEntry, row: Closed) -> None:
        def answered(answer: int | SextonError | None) -> None:
            if isinstance(answer, SextonError):
                self._world.logs.say("error", f"{entry.job.name}: cannot record {row.slot}: {answer}; trying again")
            else:
                tell.closed(self._world.logs, entry, row)
                self._world.count(row.job, str(row.outcome), row.number)
                if self._world.notices is not None:
                    self._world.notices.told()
            self._decided(entry, answer)

        self._world.store.submit(self._world.told_of(row), answered)

    def _passed_row(self, entry: JobEntry, passed: Missed) -> Closed:
        """Fire times that passed: while the job was busy (waiting for room is that too) or paused, or Sexton was not
        there. A pause outlives Sexton, so it is the reason whatever else was in the way."""
        while_up = passed.first > self._world.identity.started
        skipped = (while_up and entry.busy) or self._world.is_paused(entry.job.name)
        missed = "it could not be started in time" if while_up else "Sexton was not there to start it in time"
        return Closed(
            job=entry.job.name,
            slot=missed_slot(passed.first, passed.last),
            outcome=Outcome.SKIPPED if skipped else Outcome.MISSED,
            reason=skipped_by(self._world, entry) if skipped else missed,
            at=self._world.now(),
            fire_time=passed.first,
            last=passed.last,
            number=passed.number,
            watermark=passed.last,
        )

    def _skipped_row(self, start: Start, entry: JobEntry, reason: str) -> Closed:
        return Closed(
            job=entry.job.name,
            slot=fire_slot(start.fire_time),
            outcome=Outcome.SKIPPED,
            reason=reason,
            at=self._world.now(),
            fire_time=start.fire_time,
            watermark=start.fire_time,
        )
