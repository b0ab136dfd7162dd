"""The load that schedules bring: in which minutes how many jobs start, and on which days how many runs.

A job counts once for a minute, however often it fires in it. Pure; the work grows with the minutes that are hit, so
it is bounded by MOST_STARTS and refused beyond, never cut short silently.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from sexton.core.answers.outlook import Seen, Window
from sexton.core.schedules.jitter import delay
from sexton.model.errors import Refused
from sexton.model.units import MINUTE, Instant

MOST_STARTS = 2_000_000


class Busy(NamedTuple):
    """A minute of the day (0 to 1439): at most `jobs` start in it, as `often` in the window, first at `first`."""

    minute: int
    jobs: int
    often: int
    first: Instant


class Day(NamedTuple):
    """A span of time with its number of fire times, and of jobs that have one in it."""

    start: Instant
    fire_times: int
    jobs: int


def starts_by_minute(jobs: Mapping[str, Seen], window: Window) -> list[int]:
    """For each minute from the window's start: how many jobs start in it. The start has to be a whole minute.

    Raises Refused as `invalid` when the window has more of them than can be looked at.
    """
    minutes = (window.end - window.start) // MINUTE
    wanted = sum(_looks(job, window, minutes) for job in jobs.values())
    if wanted > MOST_STARTS:
        raise Refused("invalid", f"cannot look at {wanted} starts at once, only at {MOST_STARTS}; ask for less time")
    found = [0] * minutes
    for name, job in jobs.items():
        for minute in _minutes_hit(name, job, window):
            found[minute] += 1
    return found


def _looks(job: Seen, window: Window, minutes: int) -> int:
    """How many fire times have to be looked at: with jitter each, else one of each minute."""
    number = job.times.count(window.start - 1, window.end - 1)[0]
    return number if job.jitter else min(minutes, number)


def _minutes_hit(name: str, job: Seen, window: Window) -> Iterable[int]:
    """The minutes of the window, from 0, in which the job starts; jitter puts its starts off."""
    if not job.jitter:
        return _minutes_fired(job, window)
    minutes = (at - window.start for at in _starts(name, job, window) if at < window.end)
    return dict.fromkeys(at // MINUTE for at in minutes)


def _minutes_fired(job: Seen, window: Window) -> Iterator[int]:
    at = job.times.after(window.start - 1)
    while at is not None and at < window.end:
        minute = (at - window.start) // MINUTE
        yield minute
        at = job.times.after(window.start + (minute + 1) * MINUTE - 1)


def _starts(name: str, job: Seen, window: Window) -> Iterator[Instant]:
    at = job.times.after(window.start - 1)
    while at is not None and at < window.end:
        yield at + delay(name, job.jitter, job.times, at)
        at = job.times.after(at)


def busiest(found: Sequence[int], minute_of_day: Sequence[int], start: Instant) -> list[Busy]:
    """The minutes of the day in which two jobs or more start, the worst first. `minute_of_day` says which minute of
    its day each place of `found` is, for local days are not all equally long."""
    worst: dict[int, Busy] = {}
    for place, jobs in enumerate(found):
        minute = minute_of_day[place]
        known = worst.get(minute)
        if jobs < 2 or (known is not None and jobs < known.jobs):
            continue
        if known is not None and jobs == known.jobs:
            worst[minute] = known._replace(often=known.often + 1)
        else:
            worst[minute] = Busy(minute, jobs, 1, start + place * MINUTE)
    return sorted(worst.values(), key=lambda busy: (-busy.jobs, -busy.often, busy.minute))


def starting_in(jobs: Mapping[str, Seen], minute: Instant) -> list[str]:
    """The jobs that start in the minute which begins at `minute`."""
    return [name for name, job in jobs.items() if _starts_within(name, job, minute)]


def _starts_within(name: str, job: Seen, minute: Instant) -> bool:
    window = Window(minute - job.jitter, minute + MINUTE)
    return any(minute <= start < window.end for start in _starts(name, job, window))


def count_days(jobs: Mapping[str, Seen], midnights: Sequence[Instant]) -> list[Day]:
    """One `Day` for each of the spans between `midnights`."""
    days = []
    for start, end in pairwise(midnights):
        numbers = [job.times.count(start - 1, end - 1)[0] for job in jobs.values()]
        days.append(Day(start, sum(numbers), sum(number > 0 for number in numbers)))
    return days
