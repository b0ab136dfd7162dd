"""One listener: gives its processes the events that wait for it, hears what they say, and sees to what they do not do.

What a process may say when is core/listeners.py's; that its processes live, engine/services/services.py's. Invariant:
an event is in the backlog, with one process, a dead letter, done, or counted as dropped or coalesced.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sexton.core.backlog import Backlog
from sexton.core.durations import format_duration
from sexton.core.event_tree import covers
from sexton.core.listeners import NEVER, TABLE, retry_after
from sexton.engine.listeners.member import Member
from sexton.model.listener import DeadLetter, Event, Listener, ListenerEffect, ListenerHappening, ListenerState, Waiting
from sexton.model.service import ServiceState
from sexton.model.units import Elapsed
from sexton.wire.listener import envelope

if TYPE_CHECKING:
    from sexton.engine.services.services import Services
    from sexton.engine.tables import World
    from sexton.ports import Timer

DEAD_LETTERS = 100  # that are kept; older ones are only counted

H, E = ListenerHappening, ListenerEffect


class ListenerEntry:
    """`failed` counts deliveries in vain, `buried` dead letters, `trouble` is why the last process was condemned, until
    an event is accepted again."""

    def __init__(self, world: World, services: Services, listener: Listener) -> None:
        self.listener = listener
        self.backlog = Backlog(listener.buffer_size)
        self.members: dict[str, Member] = {}
        self.number = -1  # of the last event, as supervisord counts: from 0
        self.delivered = self.failed = self.buried = 0
        self.dead: deque[DeadLetter] | tuple[()] = ()
        self.trouble = ""
        self._world = world
        self._services = services
        self._rest: Timer | None = None

    def adopt(self, listener: Listener) -> None:
        """Another definition holds from now on."""
        self.listener = listener
        self.backlog.resize(listener.buffer_size)

    def wants(self, name: str) -> bool:
        """Whether it is told events of that name."""
        return any(covers(subscription, name) for subscription in self.listener.events)

    def accept(self, event: Event) -> None:
        """Let an event wait for a process that takes it."""
        self.number += 1
        self._shed(self.backlog.put(Waiting(event, self.number)))
        self.offer()

    def offer(self) -> None:
        """Give what waits to the processes that run and are ready."""
        for member in self.members.values():
            if member.state is ListenerState.READY and member.entry.state is ServiceState.RUNNING:
                waiting = self.backlog.take(self._world.loop.clock.now().elapsed)
                if waiting is None:
                    break
                member.waiting = waiting
                self.happen(member, H.GIVEN)
        self._wait()

    def happen(self, member: Member, kind: ListenerHappening, why: str = "") -> None:
        """Put one happening to the life table and perform what comes of it."""
        move = TABLE[member.state, kind]
        if move is NEVER:
            said = f"defect: {kind} came while {member.name} was {member.state}; ignored"
            self._world.logs.say("error", said)
            return
        if move.to is not None:
            member.move(move.to)
        for effect in move.effects:
            self._perform(effect, member, why)
        member.entry.wake()

    def keep(self, letter: DeadLetter) -> None:
        """So that people can see it."""
        self.dead = self.dead or deque(maxlen=DEAD_LETTERS)
        self.dead.append(letter)

    def close(self) -> None:
        """The plan has no such listener any more."""
        if self._rest is not None:
            self._rest.cancel()
        for member in self.members.values():
            member.end()
            member.entry.member = None

    @property
    def busy(self) -> bool:
        """Whether some process has an event, or is about to be given one."""
        working = [member for member in self.members.values() if member.entry.state is ServiceState.RUNNING]
        busy = any(member.state is ListenerState.BUSY for member in working)
        return busy or (bool(working) and self.backlog.fresh > 0)

    def _perform(self, effect: ListenerEffect, member: Member, why: str) -> None:
        match effect:
            case E.OFFER:
                self._world.loop.post(self.offer)  # when all is heard that was said with it
            case E.WRITE:
                self._write(member)
            case E.SETTLE:
                member.release()
                member.accepted = True
                self.delivered += 1
                self.trouble = ""
                self._world.loop.post(self._services.heard_out)
            case E.RETURN:
                self._shed(self.backlog.put_back(member.release()))
                self._world.loop.post(self.offer)
            case E.RETRY:
                self._retry(member.release(), why)
            case E.CONDEMN:
                self._condemn(member, why)

    def _write(self, member: Member) -> None:
        listener = self.listener
        data = envelope(member.held, listener.server, listener.name, listener.event_len)
        if member.entry.stdin is None or not member.entry.stdin.write(data):
            self.happen(member, H.NOISE, "it does not read its standard input")
        else:
            self.await_answer(member, self._world.loop.clock.now().elapsed + listener.answer_within)

    def await_answer(self, member: Member, deadline: Elapsed) -> None:
        """A process that has not answered by then is ended."""
        said = f"it has not answered for {format_duration(self.listener.answer_within)}"
        member.deadline = deadline
        member.timer = self._world.loop.at_elapsed(deadline, lambda: self.happen(member, H.SILENT, said))

    def _retry(self, waiting: Waiting, why: str) -> None:
        """An event was delivered in vain: it rests, or is a dead letter."""
        self.failed += 1
        waiting = waiting._replace(deliveries=waiting.deliveries + 1)
        now = self._world.loop.clock.now()
        pause = retry_after(self.listener.retry, waiting.deliveries)
        if pause is None:
            self._bury(DeadLetter(waiting, why, now.wall))
        else:
            self._shed(self.backlog.rest(waiting._replace(not_before=now.elapsed + pause)))
            self._wait()

    def _bury(self, letter: DeadLetter) -> None:
        self.buried += 1
        self.keep(letter)
        event, tries = letter.waiting.event, letter.waiting.deliveries
        said = f"{self.listener.name}: event {event.serial}, {event.name}, is a dead letter after {tries} deliveries"
        self._world.logs.say("error", f"{said}: {letter.why}", event="dead_letter", listener=self.listener.name)

    def _condemn(self, member: Member, why: str) -> None:
        self.trouble = f"{member.name}: {why}"
        said = f"{member.name}: {why}; it is being ended"
        self._world.logs.say("warning", said, event="listener_unknown", listener=self.listener.name)
        self._services.signals.condemn(member.entry, why)

    def _wait(self) -> None:
        """For the next event that rests."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        nearest = self.backlog.nearest()
        if nearest is not None and nearest > self._world.loop.clock.now().elapsed:
            self._rest = self._world.loop.at_elapsed(nearest, self.offer)

    def _shed(self, dropped: Waiting | None) -> None:
        """Say that events are dropped, the less often the more there are."""
        count = self.backlog.dropped
        if dropped is None or str(count).strip("0") != "1":
            return
        said = f"{self.listener.name}: its buffer is full: {count} events are dropped, the last is {dropped.event.name}"
        self._world.logs.say("error", said, event="event_dropped", listener=self.listener.name)
