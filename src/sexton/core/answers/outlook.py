"""Looking ahead: the fire times that several jobs will have in a window, merged, and the clock changes near them.

Pure, and bounded by `limit` and `LONGEST` whatever the schedules are: what is not listed is counted, and a job that
is not among what is listed is named with its next fire time. Whether a fire time will lead to a run is known only
when it has come (core/due.py).
"""

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heapreplace
from itertools import islice
from typing import NamedTuple

from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.intervals import previous_fire_time
from sexton.core.schedules.jitter import delay
from sexton.core.schedules.zones import Zone
from sexton.model.units import DAY, SECOND, Duration, Instant

LONGEST: Duration = 3660 * DAY
_NEAR = DAY  # a clock change is shown when a fire time lies so near


class Seen(NamedTuple):
    """A job as it is looked at: its fire times, in the zone that its schedule is written in, and its jitter."""

    times: FireTimes
    zone: str
    jitter: Duration = 0


class Window(NamedTuple):
    """From `start` until before `end`."""

    start: Instant
    end: Instant


class Firing(NamedTuple):
    """One fire time of one job; `since` is the time since the one before, None when there was none for years. Jitter
    puts the start off by `delay`."""

    at: Instant
    job: str
    since: Duration | None
    delay: Duration = 0


class Change(NamedTuple):
    """The clock of `zone` is set at `at`; `before` and `after` are its offsets from UTC."""

    at: Instant
    zone: str
    before: Duration
    after: Duration


class Outlook(NamedTuple):
    """The first firings of the window, how many it has in all, the clock changes near those shown, and for each
    other job its next fire time from the window's start (None: it has none)."""

    window: Window
    firings: tuple[Firing, ...]
    number: int
    changes: tuple[Change, ...]
    others: Mapping[str, Instant | None]


def look_ahead(jobs: Mapping[str, Seen], window: Window, zones: Mapping[str, Zone], limit: int) -> Outlook:
    """What `jobs` do in the window, `limit` firings at most. `zones` has the zone of each of them."""
    firings = tuple(_with_intervals(jobs, islice(_merged(jobs, window), limit)))
    shown = {firing.job for firing in firings}
    others = {name: job.times.after(window.start - 1) for name, job in jobs.items() if name not in shown}
    number = sum(job.times.count(window.start - 1, window.end - 1)[0] for job in jobs.values())
    changes = {change for firing in firings for change in _changes_near(firing.at, jobs[firing.job].zone, zones)}
    return Outlook(window, firings, number, tuple(sorted(changes)), others)


def _merged(jobs: Mapping[str, Seen], window: Window) -> Iterator[tuple[Instant, str]]:
    """All fire times of the window with their jobs, oldest first, at one instant by the jobs' order."""
    names = list(jobs)
    heap = []
    for place, job in enumerate(jobs.values()):
        first = job.times.after(window.start - 1)
        if first is not None and first < window.end:
            heap.append((first, place))
    heapify(heap)
    while heap:
        at, place = heap[0]
        yield at, names[place]
        following = jobs[names[place]].times.after(at)
        if following is not None and following < window.end:
            heapreplace(heap, (following, place))
        else:
            heappop(heap)


def _with_intervals(jobs: Mapping[str, Seen], fire_times: Iterator[tuple[Instant, str]]) -> Iterator[Firing]:
    last: dict[str, Instant] = {}
    for at, name in fire_times:
        before = last.get(name)
        if before is None:
            before = previous_fire_time(jobs[name].times, at)
        job = jobs[name]
        put_off = delay(name, job.jitter, job.times, at) if job.jitter else 0
        yield Firing(at, name, None if before is None else at - before, put_off)
        last[name] = at


def _changes_near(at: Instant, zone: str, zones: Mapping[str, Zone]) -> Iterator[Change]:
    return changes_of(zone, zones[zone], at - _NEAR, at + _NEAR)


def changes_of(name: str, zone: Zone, start: Instant, end: Instant) -> Iterator[Change]:
    """The clock changes of a zone from `start` until before `end`, oldest first."""
    stretch = zone.stretch(start // SECOND - 1)
    while (at := stretch.end * SECOND) < end:
        following = zone.stretch(stretch.end)
        if following.offset != stretch.offset:
            yield Change(at, name, stretch.offset * SECOND, following.offset * SECOND)
        stretch = following
