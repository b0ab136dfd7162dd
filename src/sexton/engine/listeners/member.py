"""One process of a listener, as that sees it: where it stands, the event it has, and its output: the protocol.

Where it stops: what the bytes mean is wire/listener.py's, what follows from that listener.py's. Invariant: output is
understood in the order in which it came, and all that a process wrote before its end, before that end.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.model.listener import ListenerHappening, ListenerState, Waiting
from sexton.model.units import SECOND, Elapsed
from sexton.wire.listener import Said, hear

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.model.handover import MemberLeft
    from sexton.ports import Copy, Loop, Timer

CHUNK = 65_536
MOST_READS = 16  # after the end: what a pipe of the usual size holds
LAST_WORDS = SECOND  # from the end of its output to the end of the process, of one that is ending
MUTE = Said(ListenerHappening.NOISE, 0, "it has closed its standard output")


class Member:
    """`say` is called with each thing that the process says. `output` is below 0 where there is none."""

    __slots__ = (
        *("_loop", "_mute", "_say", "accepted", "deadline", "entry", "heard"),
        *("copy", "output", "since", "state", "timer", "waiting"),
    )

    def __init__(self, loop: Loop, entry: ServiceEntry, output: int, say: Callable[[Member, Said], None]) -> None:
        self.entry = entry
        self.state = ListenerState.ACKNOWLEDGED
        self.since = loop.clock.now().wall
        self.waiting: Waiting | None = None
        self.accepted = False  # whether it has answered an event with OK
        self.deadline: Elapsed = 0  # its answer is due
        self.timer: Timer | None = None
        self.heard = b""
        self._mute: Timer | None = None
        self.output = output
        self.copy: Copy | None = None  # where what it says is kept
        self._loop = loop
        self._say = say
        if output >= 0:
            loop.watch(output, self._read)

    @property
    def name(self) -> str:
        return self.entry.service.name

    @property
    def held(self) -> Waiting:
        """The event that it has."""
        if self.waiting is None:
            raise ValueError(f"{self.name} has no event")
        return self.waiting

    def take_up(self, left: MemberLeft) -> None:
        """Go on where the last image left off."""
        self.state, self.since, self.heard, self.waiting = left.state, left.since, left.heard, left.waiting
        self.accepted = left.accepted

    def move(self, to: ListenerState) -> None:
        if to is not self.state:
            self.state, self.since = to, self._loop.clock.now().wall

    def release(self) -> Waiting:
        """The event that it had: it has none from now on, and owes no answer."""
        held, self.waiting = self.held, None
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        return held

    def end(self) -> None:
        """The process has ended, or nobody listens any more: hear what it has left."""
        for _ in range(MOST_READS):
            if self.output < 0 or not self._take():
                break
        self.close()
        for timer in (self._mute, self.timer):
            if timer is not None:
                timer.cancel()

    def close(self) -> None:
        if self.output >= 0:
            self._loop.unwatch(self.output)
            os.close(self.output)
            self.output = -1
        if self.copy is not None:
            self.copy.close()
            self.copy = None

    def _read(self) -> None:
        self._take()

    def _take(self) -> bool:
        """Whether there was something."""
        try:
            data = os.read(self.output, CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self.close()
            self._mute = self._loop.after(LAST_WORDS, lambda: self._say(self, MUTE))
        elif self.copy is not None:
            self.copy.write(data)
            self.entry.wake()
        self.heard = b"" if self.state is ListenerState.UNKNOWN else self.heard + data
        while (said := hear(self.state, self.heard)) is not None:
            self.heard = self.heard[said.taken :]
            self._say(self, said)
        return bool(data)
