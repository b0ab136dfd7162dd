"""TICK_n, for whatever n some listener wants: one timer for each n, on the wall clock's multiples of it.

A tick says when its slice began. However long nobody could look, and however the clock was set, one tick comes, that of
the present slice. Invariant: each n that is wanted has its timer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sexton.model.units import SECOND, Instant

if TYPE_CHECKING:
    from sexton.ports import Loop, Timer


class Ticks:
    """`tell` is called with n and when the slice began, in seconds since 1970."""

    def __init__(self, loop: Loop, tell: Callable[[int, int], None]) -> None:
        self._loop = loop
        self._tell = tell
        self._timers: dict[int, Timer] = {}
        self._next: dict[int, Instant] = {}

    def want(self, periods: Iterable[int]) -> None:
        """Tick every so many seconds, and no others."""
        wanted = set(periods)
        for period in self._timers.keys() - wanted:
            self._timers.pop(period).cancel()
        for period in sorted(wanted - self._timers.keys()):
            self._arm(period)

    def clock_set(self) -> None:
        """The wall clock was set: who waits for what lies far ahead now waits for the next multiple."""
        for period in list(self._timers):
            if self._following(period) < self._next[period]:
                self._timers[period].cancel()
                self._arm(period)

    def _following(self, period: int) -> Instant:
        length = period * SECOND
        return (self._loop.clock.now().wall // length + 1) * length

    def _arm(self, period: int) -> None:
        following = self._next[period] = self._following(period)
        self._timers[period] = self._loop.at(following, lambda: self._due(period))

    def _due(self, period: int) -> None:
        began = self._following(period) // SECOND - period
        self._arm(period)
        self._tell(period, began)
