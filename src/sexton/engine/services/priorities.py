"""Stopping services of several priorities: those of the highest number first, the next when these are gone.

Loaded at the end of a Sexton whose plan has more than one priority. Invariant: every service gets its stop signal while
it has its whole timeout left, or as much of it as the stop of everything allows, however long others take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sexton.engine.services.entry import ALIVE, ServiceEntry
from sexton.model.units import SECOND, Duration, Elapsed

if TYPE_CHECKING:
    from sexton.engine.services.sequence import InTurn
    from sexton.ports import Loop, Timer

HEAR_OUT: Duration = SECOND


class StopByPriority:
    """`ends` is when all of them shall be gone. While the listeners are `busy` with what has been told of the others'
    end, their turn does not come, but no longer than HEAR_OUT."""

    def __init__(self, loop: Loop, in_turn: InTurn, ends: Elapsed, busy: Callable[[], bool]) -> None:
        self._loop = loop
        self._in_turn = in_turn
        self._ends = ends
        self._later: dict[int, list[ServiceEntry]] = {}  # by priority, the next one last
        self._going: list[ServiceEntry] = []
        self._timer: Timer | None = None
        self._looking = False
        self._busy = busy
        self._until: Elapsed | None = None  # listeners are heard out

    def begin(self, entries: Iterable[ServiceEntry]) -> None:
        """Stop all of them; those that have no process at once, so that none gets one meanwhile."""
        entries = list(entries)
        self._looking = True
        self._in_turn.stop([entry for entry in entries if entry.state not in ALIVE])
        self._looking = False
        for entry in sorted(entries, key=lambda entry: entry.service.group_priority):
            self._later.setdefault(entry.service.group_priority, []).append(entry)
        self.look()

    def look(self) -> None:
        """Called whenever a service has come to another state: go on when those that are being stopped are gone."""
        if self._looking:
            return
        self._looking = True
        while self._later and not self._lives() and not self._hears_out():
            self._next()
        self._looking = False

    def _hears_out(self) -> bool:
        """Whether those whose turn it is are listeners that are still being told something."""
        following = next(reversed(self._later.values()))
        if not any(entry.service.listener for entry in following) or not self._busy():
            return False
        now = self._loop.clock.now().elapsed
        if self._until is None:
            self._until = now + HEAR_OUT
            self._loop.at_elapsed(self._until, self.look)
        return now < self._until

    def _lives(self) -> bool:
        return any(entry.state in ALIVE for entry in self._going)

    def _next(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        _, self._going = self._later.popitem()
        if self._later:
            latest = self._ends - max(map(_needs, next(reversed(self._later.values()))))
            self._timer = self._loop.at_elapsed(latest, self._hasten)
        self._in_turn.stop(self._going)

    def _hasten(self) -> None:
        """The next ones need all the time that is left."""
        if self._later:
            self._next()
            self.look()


def _needs(entry: ServiceEntry) -> Elapsed:
    """The time that a stop may take. A listener, which is asked last, cannot make the others stop early by it."""
    timeout = entry.service.process.stop.timeout
    return timeout if entry.service.listener is None else min(timeout, HEAR_OUT)
