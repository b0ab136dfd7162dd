"""Which minutes of the wall calendar a `Cron` wants, in a world without time zones and clock changes.

A minute is counted from 1970-01-01T00:00 on the wall (`minute = day * 1440 + minute of the day`). A day is decided
by one bit of its year's bit set, a time of day by one bit of 1440, so that the next wanted minute is two shifts away.
Only the year looked at last is kept. Years go from 1 to 9999, as datetime's do.
"""

from datetime import date

from sexton.model.schedule import Cron

DAY_MINUTES = 1440
_EPOCH = date(1970, 1, 1).toordinal()
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EVERY_WEEK = sum(1 << 7 * week for week in range(54))
_CYCLE_START = date(2000, 1, 1).toordinal() - _EPOCH
_CYCLE = 146_097  # days of 400 years, a whole number of weeks: after them the calendar repeats


class Wall:
    """The wanted minutes of one `Cron`."""

    __slots__ = ("_cron", "_first", "_jan1", "_next_jan1", "_times", "_wanted")

    def __init__(self, cron: Cron) -> None:
        self._cron = cron
        self._times = _times_of_day(cron)
        self._first = _lowest(self._times)
        self._jan1 = self._next_jan1 = self._wanted = 0

    def next_minute(self, minute: int, last: int) -> int | None:
        """The first wanted minute that is >= `minute` and <= `last`."""
        day, time = divmod(minute, DAY_MINUTES)
        last_day = last // DAY_MINUTES
        found = self._next_day(day, last_day)
        if found == day:
            rest = self._times >> time
            if rest:
                minute += _lowest(rest)
                return minute if minute <= last else None
            found = self._next_day(day + 1, last_day)
        if found is None:
            return None
        minute = found * DAY_MINUTES + self._first
        return minute if minute <= last else None

    def times(self, day: int) -> int:
        """The wanted minutes of one day as a bit set of 1440; `day` counts from 1970-01-01."""
        return self._times if self._next_day(day, day) == day else 0

    def ever(self) -> bool:
        """Whether any minute of the calendar is wanted at all."""
        return self._next_day(_CYCLE_START, _CYCLE_START + _CYCLE) is not None

    def _next_day(self, day: int, last: int) -> int | None:
        """The first wanted day >= `day`; it may lie after `last`, but no year is searched that begins after it."""
        while day <= last:
            if not self._jan1 <= day < self._next_jan1:
                self._open_year(day)
            rest = self._wanted >> (day - self._jan1)
            if rest:
                return day + _lowest(rest)
            day = self._next_jan1
        return None

    def _open_year(self, day: int) -> None:
        year = date.fromordinal(day + _EPOCH).year
        self._jan1 = date(year, 1, 1).toordinal() - _EPOCH
        self._next_jan1 = date(year, 12, 31).toordinal() - _EPOCH + 1
        self._wanted = _days_of_year(self._cron, year) if self._times else 0


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _times_of_day(cron: Cron) -> int:
    times = 0
    for hour in range(24):
        if cron.hours >> hour & 1:
            times |= cron.minutes << hour * 60
    return times


def _days_of_year(cron: Cron, year: int) -> int:
    """Bit n is the n-th day of `year`, 1 January being 0. crontab(5): both day fields restricted means either."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    months = days = start = 0
    for month, length in enumerate(_MONTH_DAYS, 1):
        length += leap and month == 2
        every_day = (1 << length) - 1
        if cron.months >> month & 1:
            months |= every_day << start
            days |= (cron.days >> 1 & every_day) << start
        start += length
    weekdays = _weekdays_of_year(cron.weekdays, year) & months
    return days & weekdays if cron.days_star or cron.weekdays_star else days | weekdays


def _weekdays_of_year(weekdays: int, year: int) -> int:
    """The week's pattern, Sunday first, repeated from the Sunday on or before 1 January."""
    january = date(year, 1, 1).isoweekday() % 7
    return (weekdays & 0b1111111) * _EVERY_WEEK >> january
