"""The parts of a calendar expression: lists, ranges and repetitions of systemd.time(7).

    part = "*" | item { "," item }        item = value [ ".." value ] [ "/" repetition ]

`value "/" repetition` goes on to the part's last value. `*` stands alone: systemd takes it neither in lists nor with a
repetition, and so it is here. Seconds may have decimals.
"""

import re
from collections.abc import Iterable, Iterator

from sexton.core.schedules.cron_fields import DAY, SECOND, WEEKDAY, YEAR, Field
from sexton.model import units
from sexton.model.errors import ScheduleError
from sexton.model.schedule import FIRST_YEAR
from sexton.model.units import Duration

MOST_SECONDS = 600  # times a minute: ten a second
_FINEST = 10 * units.MILLISECOND
_LAST_FROM_END = 28  # as in systemd: further from the end, not every month has a day
_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SHORT = tuple(name[:3] for name in _WEEKDAYS)
_DECIMAL = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,6}))?", re.ASCII)
_NAMES = re.compile(r"[a-z]+(?:(?:,|-|\.\.)[a-z]+)*,?", re.IGNORECASE)


def read_numbers(field: Field, text: str) -> int:
    """The bit set of a part that holds whole numbers."""
    if text == "*":
        return _bits(range(field.first, field.last + 1))
    return _bits(value for item in _items(field, text) for value in _values(field, item))


def read_years(text: str) -> int:
    """The bit set of `Days.years`. Years of two digits are 1970 to 2069, as in systemd."""
    return (
        0 if text == "*" else read_numbers(YEAR, re.sub(r"(?<![0-9/])[0-9]{2}(?![0-9])", _century, text)) >> FIRST_YEAR
    )


def read_from_end(text: str) -> int:
    """The bit set of `Days.from_end`: the last day is 1 in the text and 0 there; repetitions go on towards the last."""
    if text == "*":
        return (1 << 31) - 1
    found = 0
    for item in _items(DAY, text):
        span, slash, step = item.partition("/")
        numbers = _values(DAY, span)
        every = _repetition(DAY, item, step) if slash else 1
        low = 1 if slash and ".." not in span else numbers[0]
        if numbers[-1] > _LAST_FROM_END:
            raise ScheduleError(f"cannot use '~{item}': days from the last go from 1 to {_LAST_FROM_END}", DAY.name)
        found |= _bits(number - 1 for number in range(numbers[-1], low - 1, -every))
    return found


def read_seconds(text: str) -> tuple[Duration, ...]:
    """Microseconds within the minute, ascending."""
    if text == "*":
        return tuple(range(0, units.MINUTE, units.SECOND))
    found = sorted({second for item in _items(SECOND, text) for second in _seconds(item)})
    if len(found) > MOST_SECONDS:
        raise ScheduleError(f"cannot use {text!r}: it fires {len(found)} times a minute, of 600 at most", SECOND.name)
    return tuple(found)


def read_weekdays(text: str) -> int:
    """The bit set of `Days.weekdays`; ranges are `Mon..Fri` or `Mon-Fri`."""
    found = 0
    for item in _items(WEEKDAY, text.replace("-", "..")):
        first, dots, last = item.partition("..")
        low = _weekday(first, item)
        high = _weekday(last, item) if dots else low
        if (low - 1) % 7 > (high - 1) % 7:  # systemd's week begins on Monday
            raise _backwards(WEEKDAY, item, f"{first}..Sun,Mon..{last}")
        found |= _bits(day % 7 for day in range(low, high + (8 if low and not high else 1)))
    return found


def weekdays_only(text: str) -> bool:
    """Whether a word is made of names of days, so that it is no zone's."""
    words = re.split(r",|-|\.\.", text.lower().rstrip(","))
    return bool(_NAMES.fullmatch(text)) and all(word in _SHORT or word in _WEEKDAYS for word in words)


def _weekday(word: str, item: str) -> int:
    name = word.lower()
    if name not in _SHORT and name not in _WEEKDAYS:
        raise ScheduleError(f"cannot read {item!r}: {word!r} is no day of the week; they are Mon to Sun", WEEKDAY.name)
    return _SHORT.index(name[:3])


def _items(field: Field, text: str) -> Iterator[str]:
    for item in text.split(","):
        if not item:
            raise ScheduleError(f"cannot read {text!r}: a value is missing; write it as 1,2,3", field.name)
        if "*" in item:
            raise ScheduleError(f"cannot read {text!r}: * stands alone; to repeat write {field.first}/5", field.name)
        yield item


def _values(field: Field, item: str) -> range:
    span, slash, step = item.partition("/")
    first, dots, last = span.partition("..")
    low = _number(field, first, item)
    high = _number(field, last, item) if dots else (field.last if slash else low)
    if high < low:
        raise _backwards(field, item, f"{low}..{field.last},{field.first}..{high}")
    return range(low, high + 1, _repetition(field, item, step) if slash else 1)


def _number(field: Field, word: str, item: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 4):
        raise ScheduleError(f"cannot read {item!r}: {word!r} is no number; {field.allowed}", field.name)
    if not field.first <= int(word) <= field.last:
        raise ScheduleError(f"cannot use {item!r}: {word} is out of range; {field.allowed}", field.name)
    return int(word)


def _repetition(field: Field, item: str, word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 4) or int(word) == 0:
        raise ScheduleError(
            f"cannot use {item!r}: what repeats is a whole number from 1 to 9999; write 1/5", field.name
        )
    return int(word)


def _seconds(item: str) -> range:
    span, slash, step = item.partition("/")
    first, dots, last = span.partition("..")
    low = _decimal(first, item)
    high = _decimal(last, item) if dots else (units.MINUTE - 1 if slash else low)
    every = _decimal(step, item) if slash else units.SECOND
    if every == 0 or high < low or max(low, high) >= units.MINUTE:
        raise ScheduleError(f"cannot use {item!r}: seconds go from 0 to 59.99, such as 0/30 or 0..5", SECOND.name)
    return range(low, high + 1, every)


def _decimal(word: str, item: str) -> Duration:
    """Seconds in microseconds; nothing is finer than a hundredth of a second."""
    found = _DECIMAL.fullmatch(word)
    if found is None:
        raise ScheduleError(f"cannot read {item!r}: {word!r} is no number of seconds", SECOND.name)
    value = int(found[1]) * units.SECOND + int((found[2] or "").ljust(6, "0"))
    if value % _FINEST:
        raise ScheduleError(f"cannot use {item!r}: hundredths of a second are the finest; write 0.25", SECOND.name)
    return value


def _century(found: re.Match[str]) -> str:
    year = int(found[0])
    return str(year + (1900 if year >= FIRST_YEAR % 100 else 2000))


def _backwards(field: Field, item: str, better: str) -> ScheduleError:
    return ScheduleError(f"cannot use {item!r}: the range runs backwards; write two, {better}", field.name)


def _bits(values: Iterable[int]) -> int:
    found = 0
    for value in values:
        found |= 1 << value
    return found
