"""Durations as people write them: `90s`, `5m`, `1h30m`, `2d`, `250ms`, `1w`.

A duration is one or more counts, each with its unit, the large units first and each unit once. It is positive and
at most 36500 days, so that an instant plus a duration still fits 64 bits. Days are 24 hours: a length knows no
clock changes. Reading and writing agree: `parse_duration(format_duration(d)) == d` for whole milliseconds.
"""

import re

from sexton.model.errors import ScheduleError
from sexton.model.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Duration

LONGEST: Duration = 36_500 * DAY

_UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": MILLISECOND}
_PART = re.compile(r"([0-9]{1,18})([a-z]*)")
_ADVICE = "write it as 90s, 5m, 1h30m, 2d or 250ms"


def parse_duration(text: str) -> Duration:
    """Microseconds of `text`. Raises ScheduleError, which says what would be right."""
    total = 0
    smallest = LONGEST
    for count, unit in _parts(text):
        size = _size(text, unit)
        if size >= smallest:
            raise ScheduleError(f"cannot read the duration {text!r}: {unit!r} is out of order; large units come first")
        smallest = size
        total += count * size
    if not 0 < total <= LONGEST:
        raise ScheduleError(f"cannot use the duration {text!r}: it must be more than 0 and at most 36500d")
    return total


def format_duration(duration: Duration) -> str:
    """The shortest text of `duration` microseconds, from days down: `1h30m`. What is finer than a millisecond is
    cut off; nothing left is `0s`; a negative duration has a minus sign in front (which no configuration may)."""
    if duration < 0:
        return "-" + format_duration(-duration)
    text = ""
    for unit in ("d", "h", "m", "s", "ms"):
        count, duration = divmod(duration, _UNITS[unit])
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def _parts(text: str) -> list[tuple[int, str]]:
    """Split into counts and units; everything must be one or the other."""
    parts = [(int(count), unit) for count, unit in _PART.findall(text)]
    if not parts or _PART.sub("", text):
        raise ScheduleError(f"cannot read {text!r} as a duration; {_ADVICE}")
    return parts


def _size(text: str, unit: str) -> Duration:
    if not unit:
        raise ScheduleError(f"cannot read the duration {text!r}: a number has no unit; {_ADVICE}")
    if unit not in _UNITS:
        raise ScheduleError(f"cannot read the duration {text!r}: no such unit {unit!r}; units are w, d, h, m, s and ms")
    return _UNITS[unit]
