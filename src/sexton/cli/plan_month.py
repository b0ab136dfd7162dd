"""`sexton plan --month`: a calendar with the fire times and the jobs of each day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sexton.cli.console import Console
from sexton.cli.plan_list import WEEKDAYS
from sexton.core.answers.load import Day, count_days
from sexton.core.answers.outlook import Seen, Window, changes_of
from sexton.core.schedules.localtime import local_iso, midnight
from sexton.core.schedules.zones import find_zone
from sexton.model.errors import Refused

MOST_MONTHS = 12
_CELL = 11
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class _Month(NamedTuple):
    """A month with its days, and the days on which the clock of some job's zone is set."""

    first: date
    days: Sequence[Day]
    changed: frozenset[date]


def show_month(console: Console, jobs: Mapping[str, Seen], timezone: str, window: Window, *, as_json: bool) -> None:
    """The months from that of the window's start to that of its end, in the plan's zone."""
    first = _first_of_month(window.start, timezone)
    last = _first_of_month(window.end - 1, timezone)
    months: list[_Month] = []
    while first <= last:
        if len(months) == MOST_MONTHS:
            raise Refused("invalid", f"cannot show more than {MOST_MONTHS} months at once")
        months.append(_month(jobs, timezone, first))
        first = _following(first)
    if as_json:
        console.json({"timezone": timezone, "days": [day for month in months for day in _as_json(month)]})
        return
    for place, month in enumerate(months):
        console.lines([""] if place else [])
        console.lines(_calendar(month, timezone, console))


def _first_of_month(instant: int, timezone: str) -> date:
    return datetime.fromisoformat(local_iso(instant, find_zone(timezone))).date().replace(day=1)


def _following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _month(jobs: Mapping[str, Seen], timezone: str, first: date) -> _Month:
    zone = find_zone(timezone)
    length = (_following(first) - first).days
    midnights = [midnight(first + timedelta(days=day), zone) for day in range(length + 1)]
    changed = set()
    for name in sorted({timezone, *(job.zone for job in jobs.values())}):
        for change in changes_of(name, find_zone(name), midnights[0], midnights[-1]):
            changed.add(datetime.fromisoformat(local_iso(change.at, zone)).date())
    return _Month(first, count_days(jobs, midnights), frozenset(changed))


def _as_json(month: _Month) -> Iterator[dict[str, object]]:
    for number, day in enumerate(month.days):
        at = month.first + timedelta(days=number)
        yield {
            "date": at.isoformat(),
            "fire_times": day.fire_times,
            "jobs": day.jobs,
            "clock_change": at in month.changed,
        }


def _calendar(month: _Month, timezone: str, console: Console) -> Iterator[str]:
    title = f"{_MONTHS[month.first.month - 1]} {month.first.year}"
    yield console.paint(f"{title} ({timezone}): fire times/jobs of each day", "bold")
    yield ""
    yield console.paint("".join(f"{name:>{_CELL}}" for name in WEEKDAYS).rstrip(), "bold")
    for week in _weeks(month):
        numbers = (f"{_number(month, day) if day is not None else '':>{_CELL}}" for day in week)
        loads = (f"{_load(month.days[day]) if day is not None else '':>{_CELL}}" for day in week)
        yield console.paint("".join(numbers).rstrip(), "dim")
        yield "".join(loads).rstrip()
    if month.changed:
        yield ""
        yield console.paint("* the clock of a job's zone is set on this day; sexton plan --from shows how", "yellow")


def _weeks(month: _Month) -> Iterator[list[int | None]]:
    """The days of the month by weeks from Monday on, None where a day belongs to another month."""
    cells = [*[None] * month.first.weekday(), *range(len(month.days))]
    yield from (cells[start : start + 7] for start in range(0, len(cells), 7))


def _number(month: _Month, day: int) -> str:
    mark = "*" if month.first + timedelta(days=day) in month.changed else ""
    return f"{mark}{day + 1}"


def _load(day: Day) -> str:
    return f"{short(day.fire_times)}/{short(day.jobs)}" if day.fire_times else "-"


def short(number: int) -> str:
    """At most four characters: `999`, `1.4k`, `86k`, `8.6M`."""
    if number < 1000:
        return str(number)
    unit, size = ("k", 1000) if number < 1_000_000 else ("M", 1_000_000)
    return f"{number // (size // 10) / 10:.1f}{unit}" if number < 10 * size else f"{number // size}{unit}"
