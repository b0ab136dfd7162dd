"""`@every`: endless arithmetic progressions of instants, and how many instants a set of them names.

Elapsed time knows no clock changes, so this is arithmetic on microseconds alone. Stops at progressions without
beginning or end; from when on a rule counts is firetimes.py's. Invariant: nothing here takes one step per tick.
"""

from collections.abc import Collection
from math import gcd
from typing import NamedTuple

from sexton.core.wall import DAY_MINUTES
from sexton.model.units import MINUTE, SECOND, Duration, Instant


class Ticks(NamedTuple):
    """All instants `anchor + n * period`, 0 <= anchor < period."""

    anchor: Instant
    period: Duration

    def after(self, instant: Instant) -> Instant:
        """The first tick strictly after `instant`."""
        return instant + self.period - (instant - self.anchor) % self.period

    def until(self, instant: Instant) -> Instant:
        """The last tick that is <= `instant`."""
        return instant - (instant - self.anchor) % self.period

    def meet(self, other: "Ticks") -> "Ticks | None":
        """The ticks that both have, which are a progression again (Chinese remainder theorem), or None."""
        common = gcd(self.period, other.period)
        apart, rest = divmod(other.anchor - self.anchor, common)
        if rest:
            return None
        lap = other.period // common
        turns = apart * pow(self.period // common, -1, lap) % lap
        period = self.period * lap
        return Ticks((self.anchor + turns * self.period) % period, period)


def count_ticks(progressions: Collection[Ticks], after: Instant, until: Instant) -> int:
    """How many instants in (after, until] are a tick of one or more progressions (inclusion and exclusion; the
    work grows as 2 to the number of progressions)."""
    total = 0
    rest = list(progressions)
    while rest:
        ticks = rest.pop()
        total += (until - ticks.anchor) // ticks.period - (after - ticks.anchor) // ticks.period
        shared = {both for other in rest if (both := ticks.meet(other)) is not None}
        total -= count_ticks(shared, after, until)
    return total


def ticking_minutes(ticks: Ticks, offset: int, day: int) -> int:
    """The whole wall minutes of `day` (since 1970, `offset` seconds east of UTC) at which `ticks` ticks, as a bit
    set of 1440."""
    on_minutes = ticks.meet(Ticks(-offset * SECOND % MINUTE, MINUTE))
    if on_minutes is None:
        return 0
    every = on_minutes.period // MINUTE
    first = ((on_minutes.anchor + offset * SECOND) // MINUTE - day * DAY_MINUTES) % every
    if first >= DAY_MINUTES:
        return 0
    repeats = (DAY_MINUTES - 1 - first) // every + 1
    return ((1 << every * repeats) - 1) // ((1 << every) - 1) << first
