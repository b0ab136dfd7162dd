"""The least that a cron of five fields can do: bit sets and a loop over days, in UTC, as the floor of `next-fire`.

Numbers, names of days, `*`, lists, ranges and steps; no time zone, no clock change, no check of what is written.
"""

from collections.abc import Iterator
from datetime import date

_EPOCH = date(1970, 1, 1).toordinal()
_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def fire_times(expression: str, after: int) -> Iterator[int]:
    """Seconds since 1970, each strictly after the one before."""
    words = expression.split()
    minutes, hours, days, months, weekdays = map(_bits, words, (0, 0, 1, 1, 0), (59, 23, 31, 12, 6))
    either = not (words[2].startswith("*") or words[4].startswith("*"))
    times = sum(minutes << 60 * hour for hour in range(24) if hours >> hour & 1)
    minute = after // 60 + 1
    while True:
        today, time = divmod(minute, 1440)
        day = date.fromordinal(today + _EPOCH)
        by_month, by_week = days >> day.day & 1, weekdays >> day.isoweekday() % 7 & 1
        rest = times >> time
        if rest and months >> day.month & 1 and (by_month | by_week if either else by_month & by_week):
            minute += (rest & -rest).bit_length() - 1
            yield minute * 60
            minute += 1
        else:
            minute = (today + 1) * 1440


def _bits(word: str, low: int, high: int) -> int:
    bits = 0
    for item in word.split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        start = low if first == "*" else _value(first)
        end = high if first == "*" else _value(last or first)
        bits |= sum(1 << value for value in range(start, end + 1, int(step or 1)))
    return bits


def _value(word: str) -> int:
    return _NAMES.index(word) if word in _NAMES else int(word)
