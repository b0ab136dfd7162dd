"""The five fields of a cron expression: text → `Cron`, in crontab(5)'s dialect as Debian's cron(8) reads it.

    field  = item { "," item }
    item   = ( "*" | value | value "-" value ) [ "/" step ]        value "/" step: from value on
    value  = number | name (jan…dec, sun…sat, in any case); 7 is Sunday, and day-of-week ranges may wrap

What Debian takes only by accident (`*5`, `5#3`, an empty range such as `50-10`) is refused. One `Field` describes
each field; a richer grammar is more fields and more kinds of item. Which instants come of it is no matter here.
"""

from typing import NamedTuple

from sexton.model.errors import ScheduleError
from sexton.model.schedule import Cron


class Field(NamedTuple):
    """What one field may hold. `modulus` is where ranges wrap and values begin again, 0 where they do not."""

    name: str
    plural: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    modulus: int = 0

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
MINUTE = Field("minute", "minutes", 0, 59)
HOUR = Field("hour", "hours", 0, 23)
DAY = Field("day of month", "days of the month", 1, 31)
MONTH = Field("month", "months", 1, 12, _MONTHS)
WEEKDAY = Field("day of week", "days of the week", 0, 7, _WEEKDAYS, modulus=7)
_EXTENSIONS = ("?", "~", "#", "L", "W", "LW", "H")
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)


def parse_cron(text: str, key: str) -> Cron:
    """Read five fields. `key` is the job's name, by which equal expressions of many jobs can be spread.

    Raises ScheduleError, whose `field` names the field at fault.
    """
    words = [word for word in text.replace("\t", " ").split(" ") if word]
    if len(words) != len(FIELDS):
        raise ScheduleError(
            f"cannot read {text!r} as a schedule: it has {len(words)} field{'s' * (len(words) != 1)}; "
            "write five: minute, hour, day of month, month, day of week"
        )
    minutes, hours, days, months, weekdays = (_read(field, word) for field, word in zip(FIELDS, words, strict=True))
    star = [word.startswith("*") for word in words]
    return Cron(minutes, hours, days, months, weekdays, star[2], star[4], fixed_time=not (star[0] or star[1]))


def _read(field: Field, word: str) -> int:
    """The bit set of one field."""
    bits = 0
    for item in word.split(","):
        if not item:
            raise ScheduleError(f"cannot read {word!r}: a list has an empty place; write it as 1,2,3", field.name)
        for value in _item(field, item):
            bits |= 1 << (value % field.modulus if field.modulus else value)
    return bits


def _item(field: Field, item: str) -> range:
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


def _low(field: Field, word: str, item: str, *, alone: bool) -> int:
    if word == "*" and alone:
        return field.first
    value = _value(field, word, item)
    return value % field.modulus if field.modulus and alone else value


def _high(field: Field, low: int, word: str, item: str) -> int:
    high = _value(field, word, item)
    if high >= low:
        return high
    if field.modulus:
        return high + field.modulus
    raise ScheduleError(
        f"cannot use {item!r}: the range runs backwards; write two, {low}-{field.last},{field.first}-{high}", field.name
    )


def _value(field: Field, word: str, item: str) -> int:
    """A number or a name of this field."""
    if word.lower() in field.names:
        return field.names.index(word.lower()) + field.first
    if not _is_number(word):
        raise ScheduleError(f"cannot read {item!r}: {_why_unreadable(word)}; {field.allowed}", field.name)
    value = int(word)
    if not field.first <= value <= field.last:
        raise ScheduleError(f"cannot use {item!r}: {value} is out of range; {field.allowed}", field.name)
    return value


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
    if not word.isdigit() and word.upper().strip("0123456789") in _EXTENSIONS:
        return f"{word!r} is an extension that is not understood yet"
    return f"{word!r} is no value"
