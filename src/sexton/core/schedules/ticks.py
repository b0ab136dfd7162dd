"""`@every`: arithmetic progressions of instants, and how many instants a set of them names.

Elapsed time knows no clock changes, so this is arithmetic on microseconds alone. `Ticks` have neither beginning nor
end; `TickTimes` begin, and pass over the days that a schedule leaves out. Invariant: nothing here takes one step per
tick.
"""

from collections.abc import Collection, Iterator
from math import gcd
from typing import NamedTuple

from sexton.core.schedules.days import EARLIEST, LATEST, Calendar, look_on
from sexton.core.schedules.zones import Zone
from sexton.model.units import DAY, SECOND, Duration, Instant


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


class TickTimes(NamedTuple):
    """The fire times of one `@every`: ticks after `since` (None: without beginning), on the days of `calendar`."""

    ticks: Ticks
    since: Instant | None
    zone: Zone
    calendar: Calendar | None

    def after(self, instant: Instant) -> Instant | None:
        """The first fire time strictly after `instant`, or None when there is none until the year 9999."""
        instant = instant if self.since is None else max(instant, self.since)
        if self.calendar is None:
            return self.ticks.after(instant)
        found = self.ticks.after(max(instant, EARLIEST - 1))
        while found <= LATEST:
            opens = next_open(self.zone, self.calendar, found)
            if opens is None or opens == found:
                return opens
            found = self.ticks.after(opens - 1)
        return None

    def holds_at(self, instant: Instant) -> bool:
        """Whether the rule has begun before `instant`, and its day is not left out."""
        if self.since is not None and instant <= self.since:
            return False
        return self.calendar is None or next_open(self.zone, self.calendar, instant) == instant


def next_open(zone: Zone, calendar: Calendar, start: Instant) -> Instant | None:
    """The first instant >= `start` whose day, on the wall of `zone`, `calendar` has; None when there is none."""
    at: Instant | None = start
    while at is not None and at <= LATEST:
        end, offset = _stretch(zone, at)
        wall = at + offset
        day = calendar.next_day(wall // DAY)
        if day == wall // DAY:
            return at
        opens = None if day is None else day * DAY
        at = opens - offset if opens is not None and opens - offset < end else look_on(wall, end, opens)
    return None


def open_spans(zone: Zone, calendar: Calendar, after: Instant, until: Instant) -> Iterator[tuple[Instant, Instant]]:
    """(after, until] in pieces (from, to] that are days, or parts of days, that `calendar` has."""
    at = next_open(zone, calendar, max(after + 1, EARLIEST))
    while at is not None and at <= until:
        end, offset = _stretch(zone, at)
        midnight = ((at + offset) // DAY + 1) * DAY - offset
        end = min(midnight, end, until + 1)
        yield at - 1, end - 1
        at = next_open(zone, calendar, end)


def _stretch(zone: Zone, at: Instant) -> tuple[Instant, Duration]:
    """Until when an offset holds, and the offset."""
    stretch = zone.stretch(at // SECOND)
    return stretch.end * SECOND, stretch.offset * SECOND


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


def ticking(ticks: Ticks, origin: Instant, unit: Duration, number: int) -> int:
    """Which of the `number` instants `origin + n * unit` are ticks, as a bit set."""
    shared = ticks.meet(Ticks(origin % unit, unit))
    if shared is None:
        return 0
    every = shared.period // unit
    first = (shared.anchor - origin) // unit % every
    if first >= number:
        return 0
    repeats = (number - 1 - first) // every + 1
    return ((1 << every * repeats) - 1) // ((1 << every) - 1) << first
