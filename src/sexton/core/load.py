"""The load that schedules bring: in which minutes how many jobs start, and on which days how many runs.

A job counts once for a minute, however often it fires in it. Pure; the work grows with the minutes that are hit, so
it is bounded by MOST_STARTS and refused beyond, never cut short silently.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from sexton.core.outlook import Seen, Window
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
    wanted = sum(min(minutes, job.times.count(window.start - 1, window.end - 1)[0]) for job in jobs.values())
    if wanted > MOST_STARTS:
        raise Refused("invalid", f"cannot look at {wanted} starts at once, only at {MOST_STARTS}; ask for less time")
    found = [0] * minutes
    for job in jobs.values():
        at = job.times.after(window.start - 1)
        while at is not None and (minute := (at - window.start) // MINUTE) < minutes:
            found[minute] += 1
            at = job.times.after(window.start + (minute + 1) * MINUTE - 1)
    return found


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
    return [name for name, job in jobs.items() if fires_within(job, minute, minute + MINUTE)]


def fires_within(job: Seen, start: Instant, end: Instant) -> bool:
    at = job.times.after(start - 1)
    return at is not None and at < end


def count_days(jobs: Mapping[str, Seen], midnights: Sequence[Instant]) -> list[Day]:
    """One `Day` for each of the spans between `midnights`."""
    days = []
    for start, end in pairwise(midnights):
        numbers = [job.times.count(start - 1, end - 1)[0] for job in jobs.values()]
        days.append(Day(start, sum(numbers), sum(number > 0 for number in numbers)))
    return days
