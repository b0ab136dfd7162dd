"""Cron rules in a time zone: what becomes of them when the wall clock is changed, after Debian's cron(8).

A fixed-time rule that a gap of up to three hours skips fires once at the first minute after the gap, however many
of its times were skipped; where the clock is put back it fires in the first pass only. A wildcard rule follows the
new wall clock: nothing in a gap, and both passes. A jump of more than three hours is downtime: what it skips is
gone, and what it repeats fires again. Invariant: an answer lies strictly after the question, whatever the zone.
"""

from sexton.core.wall import DAY_MINUTES, Wall
from sexton.core.zones import EARLIEST, LATEST, Stretch, Zone
from sexton.model.schedule import Cron
from sexton.model.units import SECOND, Instant

HORIZON = 100 * 366 * 86_400  # seconds; 29 February on a given weekday can be 40 years away


class CronTimes:
    """The fire times of one cron rule in one zone."""

    __slots__ = ("_fixed_time", "_stretch", "_wall", "_zone")

    def __init__(self, cron: Cron, zone: Zone) -> None:
        self._wall = Wall(cron)
        self._zone = zone
        self._fixed_time = cron.fixed_time
        self._stretch = Stretch(0, 0, 0, 0)  # holds nothing: the first question looks the right one up

    def after(self, instant: Instant) -> Instant | None:
        """The first fire time strictly after `instant`, or None when there is none within a hundred years."""
        at = max(instant // SECOND + 1, EARLIEST)
        last = min(at + HORIZON, LATEST)
        stretch = self._stretch
        while at < last:
            if not stretch.start <= at < stretch.end:
                stretch = self._stretch = self._zone.stretch(at)
            found = self._first(stretch, at, last)
            if found is not None:
                return found * SECOND
            at = stretch.end
        return None

    def times(self, day: int, stretch: Stretch) -> int:
        """The minutes of the wall's `day` (since 1970) that fire under `stretch`, as a bit set of 1440. Minutes
        outside the stretch may be set."""
        times = self._wall.times(day)
        if self._fixed_time:
            repeated = -(-stretch.fresh // 60) - day * DAY_MINUTES
            if repeated > 0:
                times = times >> repeated << repeated
            resume = self._made_up(stretch)
            if resume is not None and resume // 86_400 == day:
                times |= 1 << resume % 86_400 // 60
        return times

    def _first(self, stretch: Stretch, at: int, last: int) -> int | None:
        """The first fire time at or after `at` and within the stretch, in seconds."""
        wall = at + stretch.offset
        if self._fixed_time:
            if stretch.resume is not None and wall <= stretch.resume and self._made_up(stretch) is not None:
                return stretch.resume - stretch.offset
            wall = max(wall, stretch.fresh)
        end = min(stretch.end, last) + stretch.offset
        minute = self._wall.next_minute(-(-wall // 60), (end - 1) // 60)
        return None if minute is None else minute * 60 - stretch.offset

    def _made_up(self, stretch: Stretch) -> int | None:
        """When (on the wall) the rule fires for what the gap before `stretch` skipped, if it skipped anything."""
        if stretch.gap is None:
            return None
        skipped = self._wall.next_minute(-(-stretch.gap // 60), (stretch.start + stretch.offset - 1) // 60)
        return None if skipped is None else stretch.resume
