"""The fire times of a schedule: the union of its rules' instants, each given once.

`FireTimes` asks each rule for its next instant and takes the earliest; to count a range it adds up whole days of
the wall clock and ticks by arithmetic, never one fire time after another. It keeps nothing but what the rules
remember of the calendar: the same question always has the same answer. `@reboot` gives no fire times.
"""

from collections.abc import Iterator

from sexton.core.clockchange import CronTimes
from sexton.core.ticks import Ticks, count_ticks, ticking_minutes
from sexton.core.wall import DAY_MINUTES
from sexton.core.zones import EARLIEST, LATEST, Stretch, Zone, find_zone
from sexton.model.schedule import Cron, Every, Schedule
from sexton.model.units import SECOND, Instant

_DAY = 86_400


class FireTimes:
    """The fire times of `schedule`; `started` is the instant that `@every … from start` counts from."""

    __slots__ = ("_aligned", "_crons", "_from_start", "_started", "_zone")

    def __init__(self, schedule: Schedule, started: Instant) -> None:
        self._zone: Zone = find_zone(schedule.zone)
        self._started = started
        rules = dict.fromkeys(schedule.rules)
        self._crons = tuple(CronTimes(rule, self._zone) for rule in rules if isinstance(rule, Cron))
        every = [rule for rule in rules if isinstance(rule, Every)]
        self._aligned = tuple(Ticks(0, rule.period) for rule in every if not rule.from_start)
        self._from_start = tuple(Ticks(started % rule.period, rule.period) for rule in every if rule.from_start)

    def after(self, instant: Instant) -> Instant | None:
        """The first fire time strictly after `instant`; None when there is none (only `@reboot`, or none within a
        hundred years)."""
        earliest: Instant | None = None
        for cron in self._crons:
            found = cron.after(instant)
            if found is not None and (earliest is None or found < earliest):
                earliest = found
        for ticks in self._aligned:
            found = ticks.after(instant)
            if earliest is None or found < earliest:
                earliest = found
        for ticks in self._from_start:
            found = ticks.after(max(instant, self._started))
            if earliest is None or found < earliest:
                earliest = found
        return earliest

    def count(self, after: Instant, until: Instant) -> tuple[int, Instant | None, Instant | None]:
        """How many fire times lie in (after, until], the first of them, and the last (None when there are none).

        Takes about a microsecond per day and cron rule; the length of the range does not matter to `@every`.
        """
        first = self.after(after)
        if first is None or first > until:
            return 0, None, None
        number, last = 0, first
        for low, high, ticks in self._spans(after, until):
            number += count_ticks(ticks, low, high)
            last = max([last, *(tick for each in ticks if (tick := each.until(high)) > low)])
            more, latest = self._count_minutes(low, high, ticks)
            number += more
            last = latest if latest is not None and latest > last else last
        return number, first, last

    def _spans(self, after: Instant, until: Instant) -> Iterator[tuple[Instant, Instant, tuple[Ticks, ...]]]:
        """(after, until] in the part before `from start` rules begin to tick and the part since."""
        if not self._from_start:
            yield after, until, self._aligned
            return
        if after < self._started:
            yield after, min(until, self._started), self._aligned
        if self._started < until:
            yield max(after, self._started), until, self._aligned + self._from_start

    def _count_minutes(self, after: Instant, until: Instant, ticks: tuple[Ticks, ...]) -> tuple[int, Instant | None]:
        """How many fire times the cron rules have in (after, until] that `ticks` does not have too, and the last
        fire time that they have there."""
        number, last = 0, None
        if not self._crons:
            return number, last
        for stretch, start, end in self._stretches(after, until):
            for day in range(start // _DAY, (end - 1) // _DAY + 1):
                times = self._times(day, stretch, start, end)
                if times:
                    last = (day * _DAY + (times.bit_length() - 1) * 60 - stretch.offset) * SECOND
                    for each in ticks:
                        times &= ~ticking_minutes(each, stretch.offset, day)
                    number += times.bit_count()
        return number, last

    def _stretches(self, after: Instant, until: Instant) -> Iterator[tuple[Stretch, int, int]]:
        """The stretches of (after, until], each with the wall seconds of it that count: from, and before."""
        at, stop = max(after // SECOND + 1, EARLIEST), min(until // SECOND + 1, LATEST)
        while at < stop:
            stretch = self._zone.stretch(at)
            end = min(stretch.end, stop)
            yield stretch, at + stretch.offset, end + stretch.offset
            at = end

    def _times(self, day: int, stretch: Stretch, start: int, end: int) -> int:
        """The minutes of the wall's `day` at which some cron rule fires from `start` until before `end`."""
        times = 0
        for cron in self._crons:
            times |= cron.times(day, stretch)
        low, high = -(-start // 60) - day * DAY_MINUTES, -(-end // 60) - day * DAY_MINUTES
        if low > 0:
            times = times >> low << low
        if high < DAY_MINUTES:
            times &= (1 << high) - 1
        return times
