"""Which days of the wall calendar a `Days` wants, in a world without time zones and clock changes.

A day is counted from 1970-01-01. There are but fourteen kinds of year (leap or not, and the day of the week on which
it begins), so each kind's wanted days are worked out once, as a bit set, and the next wanted day is two shifts away.
Years go from 1 to 9999 (EARLIEST to LATEST in UTC), as datetime's do; where they end, so does the search.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from sexton.model.schedule import FIRST_YEAR, Days
from sexton.model.units import DAY, SECOND, Duration, Instant

_EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY = date.min.toordinal() - _EPOCH
LAST_DAY = date.max.toordinal() - _EPOCH
EARLIEST: Instant = FIRST_DAY * DAY
LATEST: Instant = (LAST_DAY + 1) * DAY - SECOND
LONGEST_OFFSET: Duration = 2 * DAY  # no zone is further from UTC
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EVERY_WEEK = sum(1 << 7 * week for week in range(54))


class YearDays:
    """The wanted days of one `Days` in every kind of year."""

    __slots__ = ("_days", "_kinds", "_years")

    def __init__(self, days: Days) -> None:
        self._days = days
        self._years = days.years
        self._kinds: dict[tuple[int, int], int] = {}

    def next_year(self, year: int) -> int | None:
        """The first year >= `year` that is not ruled out."""
        if not self._years:
            return year
        year = max(year, FIRST_YEAR)
        rest = self._years >> (year - FIRST_YEAR)
        return year + lowest(rest) if rest else None

    def of_year(self, weekday: int, length: int) -> int:
        """Bit n is the n-th day of a year of `length` days whose first, n = 0, is `weekday` (Sunday 0)."""
        kind = weekday, length
        wanted = self._kinds.get(kind)
        if wanted is None:
            wanted = self._kinds[kind] = _days_of_year(self._days, weekday, length)
        return wanted


@lru_cache(maxsize=256)
def year_days(days: Days) -> YearDays:
    """Many jobs want the same days: they share them."""
    return YearDays(days)


@lru_cache(maxsize=256)
def ever_comes(days: Days) -> bool:
    """Whether any day since 1970 is wanted at all."""
    return Calendar(days).next_day(0) is not None


class Calendar:
    """The days that `wanted` wants, but for those that any of `left_out` has."""

    __slots__ = ("_bits", "_jan1", "_left_out", "_next_jan1", "_wanted")

    def __init__(self, wanted: Days, left_out: Sequence[Days] = ()) -> None:
        self._wanted = year_days(wanted)
        self._left_out = tuple(year_days(days) for days in left_out)
        self._jan1 = self._next_jan1 = self._bits = 0  # the year looked at last

    def next_day(self, day: int) -> int | None:
        """The first wanted day >= `day`, or None when there is none any more."""
        if self._jan1 <= day < self._next_jan1:
            rest = self._bits >> (day - self._jan1)
            if rest:
                return day + (rest & -rest).bit_length() - 1
            day = self._next_jan1
        return self._next_in_years(max(day, FIRST_DAY))

    def has(self, day: int) -> bool:
        return self.next_day(day) == day

    def _next_in_years(self, day: int) -> int | None:
        year = date.fromordinal(day + _EPOCH).year if day <= LAST_DAY else None
        while year is not None and (year := self._wanted.next_year(year)) is not None and year <= date.max.year:
            self._open(year)
            rest = self._bits >> max(0, day - self._jan1)
            if rest:
                return max(day, self._jan1) + lowest(rest)
            year += 1
        return None

    def _open(self, year: int) -> None:
        self._jan1 = date(year, 1, 1).toordinal() - _EPOCH
        self._next_jan1 = date(year, 12, 31).toordinal() - _EPOCH + 1
        weekday, length = (self._jan1 + 4) % 7, self._next_jan1 - self._jan1  # 1970 began on a Thursday
        self._bits = self._wanted.of_year(weekday, length)
        for days in self._left_out:
            if days.next_year(year) == year:
                self._bits &= ~days.of_year(weekday, length)


def look_on(wall: Instant, end: Instant, wanted: Instant | None) -> Instant | None:
    """Where to look on after a stretch that ends at `end` and whose wall shows nothing wanted since `wall`, when by
    the calendar `wanted` is the next (None: nothing is): what is far from it is passed over, but never a change of
    the clock so near that the wall may yet show times before `wall` once more. None: there is nothing any more."""
    if end - wall < LONGEST_OFFSET:
        return end
    return None if wanted is None else max(end, wanted - LONGEST_OFFSET)


def _days_of_year(wanted: Days, weekday: int, length: int) -> int:
    """crontab(5): the days of the months that are wanted, by both day fields or by either."""
    by_month = by_week = months = start = 0
    for month, days in enumerate(_MONTH_DAYS, 1):
        days += length == 366 and month == 2
        if wanted.months >> month & 1:
            begins = (weekday + start) % 7
            months |= (1 << days) - 1 << start
            by_month |= _days_of_month(wanted, begins, days) << start
            by_week |= _nth_weekdays(wanted.nth, begins, days) << start
        start += days
    by_week |= (wanted.weekdays & 0b1111111) * _EVERY_WEEK >> weekday & months
    return by_month | by_week if wanted.either else by_month & by_week


def _days_of_month(wanted: Days, begins: int, length: int) -> int:
    """Bit n is the day n + 1 of a month of `length` days that begins on the weekday `begins`."""
    bits = wanted.days >> 1 & (1 << length) - 1
    for before_last in _members(wanted.from_end):
        if before_last < length:
            bits |= 1 << length - 1 - before_last
    for day in _members(wanted.nearest):
        if day <= length:
            bits |= 1 << _nearest_weekday((day or length) - 1, begins, length)
    return bits


def _nearest_weekday(day: int, begins: int, length: int) -> int:
    """The Monday to Friday nearest to `day` (0 is the first) that does not leave the month."""
    weekday = (begins + day) % 7
    if weekday == 6:  # Saturday
        return day - 1 if day else 2
    if weekday == 0:  # Sunday
        return day + 1 if day + 1 < length else day - 2
    return day


def _nth_weekdays(nth: int, begins: int, length: int) -> int:
    bits = 0
    for place in _members(nth):
        weekday, number = divmod(place, 6)
        first = (weekday - begins) % 7
        day = first + 7 * (number - 1) if number else first + (length - 1 - first) // 7 * 7
        if day < length:
            bits |= 1 << day
    return bits


def _members(bits: int) -> Iterator[int]:
    while bits:
        yield lowest(bits)
        bits &= bits - 1


def lowest(bits: int) -> int:
    """The number of the lowest bit that is set."""
    return (bits & -bits).bit_length() - 1
