"""The time of day of a `Cron` in English: `every 10 minutes from 08:00 to 18:50`. Total, as day_words.py is."""

from collections.abc import Sequence
from itertools import pairwise

from sexton.core.answers.words import listed, members, ordinal, ring, spelled, step_of
from sexton.model.schedule import Cron
from sexton.model.units import MINUTE, SECOND, Duration

_MOST_LISTED = 6  # times of day that are named one by one


def time_words(cron: Cron) -> str:
    """When on a day it fires."""
    hours, minutes = members(cron.hours & (1 << 24) - 1), members(cron.minutes & (1 << 60) - 1)
    if len(cron.seconds) == 1 and len(hours) * len(minutes) <= _MOST_LISTED:
        return f"at {listed(clock(hour, minute, cron.seconds[0]) for hour in hours for minute in minutes)}"
    if cron.seconds == (0,):
        return _minutes_and_hours(minutes, hours)
    rhythm = second_words(cron.seconds)
    if len(minutes) == 60 and not rhythm.startswith("at"):
        return f"{rhythm}{'' if len(hours) == 24 else f' {_span(minutes, hours)}'}"
    return f"{_minutes_and_hours(minutes, hours)}, {rhythm} of that minute"


def clock(hour: int, minute: int, second: Duration = 0) -> str:
    """`08:05`, `08:05:30`, `08:05:00.5`."""
    return f"{hour:02}:{minute:02}{f':{_padded(second)}' if second else ''}"


def _padded(second: Duration) -> str:
    return f"{'0' if second < 10 * SECOND else ''}{_second(second)}"


def second_words(seconds: Sequence[Duration]) -> str:
    """`every second`, `every 10 seconds`, `at second 30`."""
    step = step_of(seconds)
    if step is not None and len(seconds) * step == MINUTE:
        return "every second" if step == SECOND else f"every {_second(step)} seconds"
    return f"at second{'s' * (len(seconds) > 1)} {spelled_seconds(seconds)}"


def spelled_seconds(seconds: Sequence[Duration]) -> str:
    if all(second % SECOND == 0 for second in seconds):
        return spelled([second // SECOND for second in seconds], str)
    return listed(map(_second, seconds))


def _second(second: Duration) -> str:
    """Seconds with as many decimals as there are."""
    whole, fraction = divmod(second, SECOND)
    return f"{whole}.{fraction:06}".rstrip("0") if fraction else f"{whole}"


def _minutes_and_hours(minutes: Sequence[int], hours: Sequence[int]) -> str:
    if len(hours) * len(minutes) <= _MOST_LISTED:
        return f"at {listed(clock(hour, minute) for hour in hours for minute in minutes)}"
    if len(minutes) == 1:
        return _hourly(minutes[0], hours)
    step = step_of(minutes)
    if step is None or len(minutes) * step != 60:
        return f"at minutes {spelled(minutes, str)} of {_hours(hours)}"
    rhythm = "every minute" if step == 1 else f"every {step} minutes"
    past = f" ({spelled(minutes, str)} past)" if minutes[0] else ""
    return f"{rhythm}{past}{'' if len(hours) == 24 else f' {_span(minutes, hours)}'}"


def _hourly(minute: int, hours: Sequence[int]) -> str:
    """Once in each of more hours than are listed one by one."""
    if len(hours) == 24:
        return f"every hour at minute {minute}"
    hours = ring(hours, 24)
    if _is_span(hours):
        return f"every hour from {clock(hours[0], minute)} to {clock(hours[-1], minute)}"
    step = step_of(hours)
    if step is not None:
        return f"every {step} hours from {clock(hours[0], minute)} to {clock(hours[-1], minute)}"
    return f"at {listed(clock(hour, minute) for hour in hours)}"


def _span(minutes: Sequence[int], hours: Sequence[int]) -> str:
    """The hours as a span of time where they are one: `from 08:00 to 18:50`."""
    hours = ring(hours, 24)
    if _is_span(hours):
        return f"from {clock(hours[0], minutes[0])} to {clock(hours[-1], minutes[-1])}"
    return f"of {_hours(hours)}"


def _is_span(hours: Sequence[int]) -> bool:
    return all((after - before) % 24 == 1 for before, after in pairwise(hours))


def _hours(hours: Sequence[int]) -> str:
    if len(hours) == 24:
        return "every hour"
    hours = ring(hours, 24)
    if len(hours) > 2 and _is_span(hours):
        return f"the hours {hours[0]:02} to {hours[-1]:02}"
    step = step_of(hours)
    if step is not None and len(hours) > 3:
        return f"every {ordinal(step)} hour from {hours[0]:02} to {hours[-1]:02}"
    return f"the hour{'s' * (len(hours) > 1)} {listed(f'{hour:02}' for hour in hours)}"
