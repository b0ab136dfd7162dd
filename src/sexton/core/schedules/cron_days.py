"""The three day fields and the year of a cron expression → `Days`.

The day of the month has Quartz's `L` (the last), `L-3` (three days before it), `15W` (the weekday, Monday to Friday,
nearest to the 15th and in the same month) and `LW`; the day of the week has `5#3` (the third Friday) and `5L` or
`L5` (the last one). In both `?` is another `*`. crontab(5): restricted both, either is enough; a field that begins
with `*` counts as unrestricted, so then both have to fit.
"""

import re
from functools import lru_cache

from sexton.core.schedules.cron_fields import DAY, MONTH, WEEKDAY, YEAR, items, read_field, read_item, read_value
from sexton.model.errors import ScheduleError
from sexton.model.schedule import FIRST_YEAR, Days

LAST = 0  # the place of the last one among the n-th weekdays of a month, and of the last day among the nearest

_FROM_END = re.compile(r"L(?:-([0-9]{1,4}))?", re.IGNORECASE)
_NEAREST = re.compile(r"(L|[0-9]{1,4})W", re.IGNORECASE)
_LAST_WEEKDAY = re.compile(r"L([0-9]|[a-z]{3})|([0-9]|[a-z]{3})L", re.IGNORECASE)


def read_days(month: str, day: str, weekday: str, year: str | None, key: str) -> Days:
    """The days that these fields name together. Raises ScheduleError, whose `field` names the one at fault."""
    hashed = "h" in f"{month}{day}{weekday}".lower()
    return _read(month, day, weekday, year, key if hashed else "")


@lru_cache(maxsize=256)
def _read(month: str, day: str, weekday: str, year: str | None, key: str) -> Days:
    days, from_end, nearest = _read_month_days(day, key)
    weekdays, nth = _read_weekdays(weekday, key)
    return Days(
        days=days,
        months=read_field(MONTH, month, key),
        weekdays=weekdays,
        either=not (day.startswith(("*", "?")) or weekday.startswith(("*", "?"))),
        from_end=from_end,
        nearest=nearest,
        nth=nth,
        years=0 if year is None or year == "*" else read_field(YEAR, year, key) >> FIRST_YEAR,
    )


def _read_month_days(word: str, key: str) -> tuple[int, int, int]:
    """`Days.days`, `from_end` and `nearest`."""
    days = from_end = nearest = 0
    for item in items(DAY, "*" if word == "?" else word):
        if found := _FROM_END.fullmatch(item):
            from_end |= 1 << _before_last(found[1] or "0", item)
        elif found := _NEAREST.fullmatch(item):
            nearest |= 1 << (LAST if found[1] in "Ll" else read_value(DAY, found[1], item))
        else:
            days |= read_item(DAY, item, key)
    return days, from_end, nearest


def _read_weekdays(word: str, key: str) -> tuple[int, int]:
    """`Days.weekdays` and `nth`."""
    weekdays = nth = 0
    for item in items(WEEKDAY, "*" if word == "?" else word):
        if "#" in item:
            weekday, _, number = item.partition("#")
            nth |= _nth(weekday, _which(number, item), item)
        elif found := _LAST_WEEKDAY.fullmatch(item):
            nth |= _nth(found[1] or found[2], LAST, item)
        else:
            weekdays |= read_item(WEEKDAY, item, key)
    return weekdays, nth


def _before_last(word: str, item: str) -> int:
    if int(word) > 30:
        raise ScheduleError(f"cannot use {item!r}: no month has so many days; write L-0 to L-30", DAY.name)
    return int(word)


def _which(word: str, item: str) -> int:
    if word not in ("1", "2", "3", "4", "5"):
        why = "a month has up to five of each day of the week; write 5#1 to 5#5, or 5L for the last"
        raise ScheduleError(f"cannot use {item!r}: {why}", WEEKDAY.name)
    return int(word)


def _nth(weekday: str, number: int, item: str) -> int:
    return 1 << 6 * (read_value(WEEKDAY, weekday, item) % 7) + number
