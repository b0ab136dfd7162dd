"""The outbox at work: whose turn it is, of what the ledger has pending and of what waits in memory alone.

One for each sink, and few at once (core/turns.py). A sink that does not answer is tried with growing pauses, one notice
at a time, and the others wait for it in the ledger. What needs no ledger (starts, signs of life) goes in turn with what
is in it, tests before both. Nothing polls: one timer waits for what falls due next. What becomes of a notice that goes
is deliveries.py's. Invariant: every row that is pending has a child, a timer, or a sink that is busy or pauses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sexton.core.turns import has_room
from sexton.engine.notices.deliveries import Deliveries
from sexton.engine.notices.sink_entry import FRESH, Hurried, Posted, SinkEntry
from sexton.model.errors import SextonError
from sexton.model.outbox import (
    DueNotices,
    DueNow,
    Gather,
    Outgoing,
    Record,
    Records,
    Wake,
)
from sexton.model.units import DAY, MINUTE, Elapsed, Instant

if TYPE_CHECKING:
    from sexton.engine.tables import World
    from sexton.model.handover import DeliveryLeft
    from sexton.model.notice import Sink
    from sexton.ports import Timer


class Outbox:
    """`remind` is called with the (subject, route) of each incident that is to be told of once more."""

    def __init__(self, world: World, remind: Callable[[str, str], None]) -> None:
        self._world = world
        self._remind = remind
        self._deliveries = Deliveries(world, self.look)
        self.sinks: dict[str, SinkEntry] = {}
        self._gone: dict[str, Record] = {}  # of sinks that are no more
        self._given_up = 0  # as of what was learnt last
        self._asking = False  # a question is on its way
        self._look_again = False  # and its answer will be old
        self._timers: list[Timer] = []
        self._halted = False
        self.expected = 0  # notices whose commit has no answer yet
        self._idle: Callable[[], None] | None = None  # told when nothing more can be delivered

    def adopt(self, sinks: Mapping[str, Sink]) -> None:
        """Go over to these sinks; what is on its way to others arrives or not, and is recorded. What those that were
        there before did not take is tried at once: somebody may have mended them."""
        known = tuple(name for name in sinks if name in self.sinks)
        for name, sink in sinks.items():
            entry = self.sinks.setdefault(name, SinkEntry(sink))
            entry.sink, entry.failures, entry.paused_until = sink, 0, 0
        if known:
            self._world.store.submit(Wake(known, self._world.now()), lambda answer: self.look())
        self.sinks = {name: self.sinks[name] for name in sinks}
        self.learn(self.look)

    def pending_of_others(self, sinks: Mapping[str, Sink]) -> dict[str, int]:
        """How many wait for each sink that is not one of these."""
        return {name: entry.pending for name, entry in self.sinks.items() if name not in sinks and entry.pending}

    def given_up_lately(self) -> dict[str, int]:
        """How many in the last day, by sink, those that are gone included."""
        since = self._world.now() - DAY
        return {name: sum(at >= since for at in each.lately) for name, each in self._ever()}

    def given_up(self) -> dict[str, int]:
        """How many ever, by sink, those that are gone included."""
        return {name: each.given_up for name, each in self._ever()}

    def _ever(self) -> Iterator[tuple[str, Record | SinkEntry]]:
        yield from self._gone.items()
        yield from self.sinks.items()

    def learn(self, then: Callable[[], None]) -> None:
        """Take in how the sinks have done as the ledger has it, and go on."""

        def found(records: Sequence[Record] | SextonError) -> None:
            if not isinstance(records, SextonError):
                known = {record.sink: record for record in records}
                for name, entry in self.sinks.items():
                    entry.learn(known.get(name) or Record(name))
                self._gone = {name: each for name, each in known.items() if name not in self.sinks}
                self._given_up = sum(record.given_up for record in records)
            then()

        self._world.store.ask(Records(self._world.now() - DAY), found)

    def resume(self) -> None:
        """Try every sink now: a person says that it answers."""
        for entry in self.sinks.values():
            entry.paused_until = 0
        self.look()

    # What may be delivered

    def look(self) -> None:
        """See what is due, as far as there is somebody to deliver it."""
        if self._halted:
            return
        if self._asking:
            self._look_again = True
            return
        self._asking = True
        names = tuple(name for name, entry in self.sinks.items() if self._is_free(entry))
        self._world.store.ask(DueNow(names, self._world.now()), self._found)

    def _is_free(self, entry: SinkEntry) -> bool:
        return entry.delivery is None and entry.paused_until <= self._world.loop.clock.now().elapsed

    @property
    def _going(self) -> list[Elapsed]:
        """When those that go have begun."""
        return [entry.began for entry in self.sinks.values() if entry.delivery is not None]

    def _found(self, due: DueNotices | SextonError) -> None:
        self._asking = False
        if self._halted:
            return
        if isinstance(due, SextonError):
            self._world.logs.say("error", f"outbox: {due}; trying again", event="outbox_failed")
            self._wait_until(self._world.loop.clock.now().elapsed + MINUTE)
            due = DueNotices(pending={name: entry.pending for name, entry in self.sinks.items()})
            self._take_turns(due)
            return
        self._take_turns(due)
        for sink in due.digests:
            self._world.store.submit(Gather(sink, self._world.now()), lambda answer: self.look())
        for subject, route in due.reminders:
            self._remind(subject, route)
        self._sleep(due)
        if due.given_up != self._given_up:
            self.learn(lambda: None)
        if self._look_again:
            self._look_again = False
            self.look()
        self._check_idle()

    def _take_turns(self, due: DueNotices) -> None:
        rows = {row.sink: row for row in due.rows}
        for name, entry in list(self.sinks.items()):
            entry.pending = due.pending.get(name, 0)
            self._give_turn(entry, rows.get(name))

    def _give_turn(self, entry: SinkEntry, row: Outgoing | None) -> None:
        """To what is in the ledger and what is not by turns, and to a test before both, room or none."""
        now = self._world.loop.clock.now().elapsed
        if entry.delivery is not None or self._halted or not (entry.is_insisted or has_room(self._going, now)):
            return
        if row is not None and entry.paused_until <= now and entry.is_turn_of_rows(now):
            self._begin(entry, _posted(row))
            return
        hurried = entry.next_hurried(now)
        if hurried is not None:
            self._begin(entry, hurried.posted)

    def _begin(self, entry: SinkEntry, posted: Posted) -> None:
        name = entry.sink.name
        if self.sinks.get(name) is entry:  # behind those that have not had their turn
            self.sinks[name] = self.sinks.pop(name)
        self._deliveries.begin(entry, posted)

    def _sleep(self, due: DueNotices) -> None:
        """Until something falls due, or a sink that has something to be given has paused long enough."""
        now = self._world.loop.clock.now().elapsed
        pauses = [each.paused_until for each in self.sinks.values() if each.pending and each.paused_until > now]
        self._wait_until(min(pauses, default=None), due.next)

    def _wait_until(self, elapsed: Elapsed | None, wall: Instant | None = None) -> None:
        loop = self._world.loop
        for timer in self._timers:
            timer.cancel()
        self._timers = [] if elapsed is None else [loop.at_elapsed(elapsed, self.look)]
        if wall is not None:
            self._timers.append(loop.at(wall, self.look))

    # What is in no ledger

    def outdated(self, run: int, sinks: Iterable[str]) -> None:
        """The run has ended, which these sinks are told: its start is no news to them any more."""
        for name in sinks:
            if name in self.sinks:
                self.sinks[name].forget_start(run)

    def hurry(self, sink: str, posted: Posted, *, insist: bool = False) -> bool:
        """Tell a notice that is in no ledger, soon or not at all; False where that cannot be. To `insist` is to try a
        sink that does not answer, too."""
        entry = self.sinks.get(sink)
        until = self._world.loop.clock.now().elapsed + FRESH
        if entry is None or not entry.hurry(Hurried(posted, until, insist)):
            return False
        self._world.loop.post(partial(self._hurry, entry))
        return True

    def _hurry(self, entry: SinkEntry) -> None:
        if entry.pending and entry.hurried_last and not entry.is_insisted:
            self.look()  # it may be the turn of what is in the ledger
        else:
            self._give_turn(entry, None)

    # The end, and the next image of Sexton

    def finish(self, done: Callable[[], None]) -> None:
        """Deliver what can be delivered now; `done` is called when nothing more can."""
        self._idle = done
        self.look()

    def halt(self) -> None:
        """Begin no more deliveries."""
        self._halted = True

    def go_on(self) -> None:
        self._halted = False
        self.look()

    def _check_idle(self) -> None:
        if self._idle is not None and not (self._asking or self.expected or self._going):
            done, self._idle = self._idle, None
            done()

    def leave_behind(self) -> tuple[DeliveryLeft, ...]:
        """What goes on without us."""
        return self._deliveries.leave_behind(self.sinks)

    def take_up(self, deliveries: Sequence[DeliveryLeft]) -> None:
        for left in deliveries:
            entry = self.sinks.get(left.sink)
            if entry is not None:
                self._deliveries.take_up(entry, left)


def _posted(row: Outgoing) -> Posted:
    notice = {**row.notice, "tail": row.tail} if row.tail else row.notice
    posted = Posted(notice, row.id, row.attempts, row.created, recipients=row.recipients)
    return posted._replace(refused=row.refused, asked=row.asked)
