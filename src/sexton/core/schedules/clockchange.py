"""Cron rules in a time zone: what becomes of them when the wall clock is changed, after Debian's cron(8).

A fixed-time rule that a gap of up to three hours skips fires once at the first minute after the gap, however many of
its times were skipped; where the clock is put back it fires in the first pass only (`DstGap` and `DstOverlap` choose
otherwise). A wildcard rule follows the new wall clock: nothing in a gap, and both passes. A jump of more than three
hours is downtime: what it skips is gone, and what it repeats fires again. All of this is decided on the instants
themselves, so no question depends on the questions before it. Invariant: an answer lies strictly after the question.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from math import gcd
from typing import NamedTuple

from sexton.core.schedules.days import EARLIEST, LATEST, Calendar, look_on, lowest
from sexton.core.schedules.zones import Stretch, Zone
from sexton.model.schedule import Cron, DstGap, DstOverlap, Schedule
from sexton.model.units import DAY, MINUTE, SECOND, Duration, Instant


class Reign(NamedTuple):
    """What holds for a rule during one stretch: which wall times count (`opens` until before `closes`), and the
    instants at which it fires for what the gap before has skipped."""

    start: Instant
    end: Instant
    offset: Duration
    opens: Instant
    closes: Instant
    made_up: range


class Strip(NamedTuple):
    """Some fire times of one wall day: `origin` + each minute of the bit set `minutes` + each of `seconds`, as far as
    they lie from `first` until before `end`."""

    origin: Instant
    minutes: int
    seconds: tuple[Duration, ...]
    first: Instant
    end: Instant


class CronTimes:
    """The fire times of one cron rule in its zone, on days that the schedule does not leave out."""

    __slots__ = (
        *("_calendar", "_first", "_fixed_time", "_gap", "_last_second", "_minutes"),
        *("_overlap", "_reign", "_seconds", "_zone"),
        *("_close", "_midnight", "_open"),  # the day looked at last, and from when to when it answers by itself
    )

    def __init__(self, rule: Cron, zone: Zone, schedule: Schedule) -> None:
        self._calendar = Calendar(rule.days, schedule.left_out)
        self._minutes = _minutes_of_day(rule.hours, rule.minutes)
        self._seconds = rule.seconds
        self._last_second = rule.seconds[-1]
        self._first = lowest(self._minutes) * MINUTE + rule.seconds[0]
        self._fixed_time = rule.fixed_time
        self._gap, self._overlap = schedule.dst_gap, schedule.dst_overlap
        self._zone = zone
        self._reign = Reign(0, 0, 0, 0, 0, range(0))  # holds nothing: the first question looks the right one up
        self._midnight = self._open = self._close = 0

    def after(self, instant: Instant) -> Instant | None:
        """The first fire time strictly after `instant`, or None when there is none until the year 9999."""
        if self._open <= instant < self._close:
            later = self._later(instant - self._midnight)
            if later is not None and (found := self._midnight + later) < self._close:
                return found
            instant = self._close - 1
        return self._search(max(instant + 1, EARLIEST))

    @property
    def grain(self) -> Duration:
        """The time of which all times of day are multiples; a minute at most."""
        return gcd(MINUTE, *self._seconds)

    def strips(self, after: Instant, until: Instant) -> Iterator[Strip]:
        """All fire times in (after, until], day by day of the wall clock; some may be in two strips."""
        at, until = max(after + 1, EARLIEST), min(until, LATEST)
        while at <= until:
            reign = self._reign_at(at)
            end = min(until + 1, reign.end)
            for instant in reign.made_up:
                if at <= instant < end:
                    yield Strip(instant, 1, (0,), instant, instant + 1)
            yield from self._strips(reign, max(at, reign.opens - reign.offset), min(end, reign.closes - reign.offset))
            at = reign.end

    def _strips(self, reign: Reign, first: Instant, end: Instant) -> Iterator[Strip]:
        day = self._calendar.next_day((first + reign.offset) // DAY)
        while day is not None and (origin := day * DAY - reign.offset) < end:
            yield Strip(origin, self._minutes, self._seconds, max(first, origin), min(end, origin + DAY))
            day = self._calendar.next_day(day + 1)

    def _later(self, time: Duration) -> Duration | None:
        """The first time of day strictly after `time`."""
        minute = time // MINUTE
        within = time - minute * MINUTE
        if within < self._last_second and self._minutes >> minute & 1:
            return minute * MINUTE + self._seconds[bisect_right(self._seconds, within)]
        rest = self._minutes >> (minute + 1)
        if not rest:
            return None
        return (minute + (rest & -rest).bit_length()) * MINUTE + self._seconds[0]

    def _search(self, start: Instant) -> Instant | None:
        """The first fire time at or after `start`, stretch by stretch, passing over what is far from wanted days."""
        at: Instant | None = start
        while at is not None and at <= LATEST:
            reign = self._reign
            if not reign.start <= at < reign.end:
                reign = self._reign_at(at)
            wall = at + reign.offset
            wall = wall if wall > reign.opens else reign.opens
            time = self._next_time(wall)
            if reign.made_up and at <= reign.made_up[-1]:
                made_up = reign.made_up[max(0, -(-(at - reign.made_up.start) // MINUTE))]
                return made_up if time is None else min(made_up, time - reign.offset)
            if time is not None and time < reign.closes:
                self._remember(reign, time // DAY * DAY)
                return time - reign.offset if time - reign.offset <= LATEST else None
            at = look_on(wall, reign.end, time)
        return None

    def _next_time(self, wall: Instant) -> Instant | None:
        """The first wanted wall time at or after `wall`, whatever the stretch."""
        today = wall // DAY
        day = self._calendar.next_day(today)
        if day == today:
            time = self._later(wall - 1 - today * DAY)
            if time is not None:
                return today * DAY + time
            day = self._calendar.next_day(today + 1)
        return None if day is None else day * DAY + self._first

    def _remember(self, reign: Reign, midnight: Instant) -> None:
        """The wall day that begins at `midnight` answers by itself, where nothing is made up for a gap any more."""
        close, latest = midnight + DAY, reign.closes
        opens = reign.made_up[-1] + reign.offset if reign.made_up else reign.opens
        self._midnight = midnight - reign.offset
        self._open = (midnight if midnight > opens else opens) - reign.offset
        self._close = (close if close < latest else latest) - reign.offset

    def _reign_at(self, at: Instant) -> Reign:
        stretch = self._zone.stretch(at // SECOND)
        opens, closes = stretch.start + stretch.offset, stretch.end + stretch.offset
        if self._fixed_time and self._overlap is DstOverlap.FIRST:
            opens = stretch.fresh
        if self._fixed_time and self._overlap is DstOverlap.SECOND:
            closes = stretch.stale
        self._reign = Reign(
            start=stretch.start * SECOND,
            end=stretch.end * SECOND,
            offset=stretch.offset * SECOND,
            opens=opens * SECOND,
            closes=closes * SECOND,
            made_up=self._made_up(stretch) if self._fixed_time else range(0),
        )
        return self._reign

    def _made_up(self, stretch: Stretch) -> range:
        """The instants at which the rule fires for what the gap before `stretch` skipped, if it skipped anything."""
        if stretch.gap is None or stretch.resume is None or self._gap is DstGap.SKIP:
            return range(0)
        skipped = self._count_minutes(stretch.gap * SECOND, (stretch.start + stretch.offset) * SECOND)
        first = (stretch.resume - stretch.offset) * SECOND
        number = min(skipped, 1) if self._gap is DstGap.SHIFT else skipped
        return range(first, min(first + number * MINUTE, stretch.end * SECOND), MINUTE)

    def _count_minutes(self, start: Instant, end: Instant) -> int:
        """How many wanted minutes of the wall begin from `start` until before `end`."""
        number = 0
        for day in range(start // DAY, (end - 1) // DAY + 1):
            if self._calendar.has(day):
                low, high = (max(0, -(-(wall - day * DAY) // MINUTE)) for wall in (start, end))
                number += (self._minutes >> low & (1 << high - low) - 1).bit_count()
        return number


@lru_cache(maxsize=256)
def _minutes_of_day(hours: int, minutes: int) -> int:
    """The wanted minutes of a day as a bit set of 1440; many jobs share them."""
    times = 0
    for hour in range(24):
        if hours >> hour & 1:
            times |= minutes << hour * 60
    return times
