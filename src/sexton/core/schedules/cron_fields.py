"""One field of a cron expression: its text → the values that it names, as a bit set.

    field  = item { "," item }
    item   = ( "*" | value | value "-" value ) [ "/" step ]        value "/" step: from value on
           | "H" [ "(" value "-" value ")" ] [ "/" step ]          a value that the job's name picks
    value  = number | name (jan…dec, sun…sat, in any case); 7 is Sunday, and day-of-week ranges may wrap

crontab(5) as Debian's cron(8) reads it, and Jenkins' `H`. What Debian takes only by accident (`*5`, an empty range such
as `50-10`) is refused. What only the day fields know is cron_days.py's.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sexton.model.errors import ScheduleError
from sexton.model.schedule import FIRST_YEAR


class Field(NamedTuple):
    """What one field may hold. `modulus` is where ranges wrap and values begin again, 0 where they do not; `place` is
    the field's number in the order in which croniter hashes them, `hash_last` the last value that `H` picks."""

    name: str
    plural: str
    first: int
    last: int
    place: int
    names: tuple[str, ...] = ()
    modulus: int = 0
    hash_last: int | None = None

    @property
    def top(self) -> int:
        """The last value that is not another name for an earlier one."""
        return self.modulus - 1 if self.modulus else self.last

    @property
    def allowed(self) -> str:
        words = f", or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.plural} go from {self.first} to {self.last}{words}"


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MINUTE = Field("minute", "minutes", 0, 59, 0)
HOUR = Field("hour", "hours", 0, 23, 1)
DAY = Field("day of month", "days of the month", 1, 31, 2, hash_last=28)  # a 29th is not in every month
MONTH = Field("month", "months", 1, 12, 3, _MONTHS)
WEEKDAY = Field("day of week", "days of the week", 0, 7, 4, _WEEKDAYS, modulus=7)
SECOND = Field("second", "seconds", 0, 59, 5)
YEAR = Field("year", "years", FIRST_YEAR, 9999, 6)

_HASHED = re.compile(r"H(?:\(([^()]*)-([^()]*)\))?(?:/(.*))?", re.IGNORECASE)
_DAY_WORDS = re.compile(r"\?|L|LW|L-[0-9]+|[0-9]+W|[0-9]+L|L[0-9]+|.+#.+", re.IGNORECASE)


def read_field(field: Field, word: str, key: str) -> int:
    """The values of a whole field as a bit set; `key` is the name that `H` hashes.

    Raises ScheduleError, whose `field` is the field's name.
    """
    return _read(field, word, key if "h" in word.lower() else "")


@lru_cache(maxsize=256)
def _read(field: Field, word: str, key: str) -> int:
    """Many jobs have the same fields."""
    bits = 0
    for item in items(field, word):
        bits |= read_item(field, item, key)
    return bits


def items(field: Field, word: str) -> Iterator[str]:
    """The places of a list."""
    for item in word.split(","):
        if not item:
            raise ScheduleError(f"cannot read {word!r}: a list has an empty place; write it as 1,2,3", field.name)
        yield item


def read_item(field: Field, item: str, key: str) -> int:
    bits = 0
    hashed = _HASHED.fullmatch(item)
    for value in _hashed(field, item, hashed, key) if hashed else _range(field, item):
        bits |= 1 << (value % field.modulus if field.modulus else value)
    return bits


def read_value(field: Field, word: str, item: str) -> int:
    """A number or a name of this field, which stands in `item`."""
    if word.lower() in field.names:
        return field.names.index(word.lower()) + field.first
    if not _is_number(word):
        raise ScheduleError(f"cannot read {item!r}: {_why_unreadable(word)}; {field.allowed}", field.name)
    value = int(word)
    if not field.first <= value <= field.last:
        raise ScheduleError(f"cannot use {item!r}: {value} is out of range; {field.allowed}", field.name)
    return value


def _range(field: Field, item: str) -> range:
    """The values that one list item stands for; where the field wraps they may run past its last value."""
    span, slash, step = item.partition("/")
    first, dash, last = span.partition("-")
    low = _low(field, first, item, alone=not dash)
    high = low
    if dash:
        high = _high(field, low, last, item)
    elif slash or first == "*":
        high = field.top
    return range(low, high + 1, _step(field, step, item) if slash else 1)


def _hashed(field: Field, item: str, found: re.Match[str], key: str) -> range:
    """Jenkins' H: the same for one job always, spread over many. Bits of crc32, taken as croniter takes them."""
    if field is YEAR:
        raise ScheduleError(f"cannot use {item!r}: no year is picked by a job's name; {field.allowed}", field.name)
    from zlib import crc32

    first, last, step = found.groups()
    low = field.first if first is None else read_value(field, first, item)
    high = (field.hash_last or field.top) if last is None else read_value(field, last, item)
    size = high - low + 1
    every = size if step is None else _step(field, step, item)
    if not 0 < every <= size:
        why = f"its range holds no {every} values" if size > 0 else "the range runs backwards"
        raise ScheduleError(f"cannot use {item!r}: {why}; write H, H(0-29) or H/15", field.name)
    return range(low + (crc32(key.encode()) >> field.place) % every, high + 1, every)


def _low(field: Field, word: str, item: str, *, alone: bool) -> int:
    if word == "*" and alone:
        return field.first
    value = read_value(field, word, item)
    return value % field.modulus if field.modulus and alone else value


def _high(field: Field, low: int, word: str, item: str) -> int:
    high = read_value(field, word, item)
    if high >= low:
        return high
    if field.modulus:
        return high + field.modulus
    raise ScheduleError(
        f"cannot use {item!r}: the range runs backwards; write two, {low}-{field.last},{field.first}-{high}", field.name
    )


def _step(field: Field, word: str, item: str) -> int:
    if not _is_number(word) or int(word) == 0:
        why = "a step is a whole number from 1 to 9999; write */5 or 1-9/2"
        raise ScheduleError(f"cannot use {item!r}: {why}", field.name)
    return int(word)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 4


def _why_unreadable(word: str) -> str:
    if not word:
        return "a value is missing"
    if len(word) > 3 and word[:3].lower() in _MONTHS + _WEEKDAYS:
        return f"names have three letters, {word[:3]!r}"
    if _DAY_WORDS.fullmatch(word):
        return f"{word!r} has no meaning here (?, L, LW, 15W and L-3 are days of the month, 5#3 and 5L of the week)"
    return f"{word!r} is no value"
