"""The list of `sexton plan`: one line for each fire time, and the clock changes between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import compress

from sexton.cli.console import Console
from sexton.cli.table import Cell, Column, render
from sexton.core.durations import format_duration
from sexton.core.schedules.localtime import local_iso, microseconds_of
from sexton.core.schedules.zones import find_zone
from sexton.model.ahead import ClockChangeView, FireTimeView, PlanView
from sexton.model.units import SECOND, Instant

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_COLUMNS = (
    Column("TIME"),
    Column("JOB", least=8),
    Column("ZONE", least=6),
    Column("JITTER", right=True),
    Column("SLOT"),
    Column("SINCE LAST", right=True),
)
_OTHERS = (Column("NOT LISTED", least=10), Column("NEXT"))
_MOST_OTHERS = 20


def listing(view: PlanView, console: Console) -> Iterator[str]:
    """The heading, the list, and the jobs that are not in it."""
    yield console.paint(_heading(view), "bold")
    yield console.paint(span(microseconds_of(view["start"]), microseconds_of(view["end"]), view["timezone"]), "dim")
    if view["fire_times"]:
        yield ""
        yield from _table(view, console)
    if view["others"]:
        yield ""
        yield from _others(view, console)
    for name in view["paused"]:
        yield console.paint(f"{name} is paused: its fire times are recorded as skipped", "yellow")


def _heading(view: PlanView) -> str:
    shown, count = len(view["fire_times"]), view["count"]
    number = f"{count:,} fire time{'' if count == 1 else 's'}"
    return f"{number}, the first {shown:,} listed" if shown < count else number


def span(start: Instant, end: Instant, timezone: str) -> str:
    """`Sun 2026-03-29 00:00 to Sun 2026-03-29 05:00, Europe/Berlin`."""
    first, last = (
        said(local_iso(at // SECOND * SECOND, find_zone(timezone))).rpartition(" ")[0] for at in (start, end)
    )
    return f"{first} to {last}, {timezone}"


def _table(view: PlanView, console: Console) -> Iterator[str]:
    fire_times = view["fire_times"]
    zoned = any(fire_time["timezone"] != view["timezone"] for fire_time in fire_times)
    put_off = any(fire_time["start"] != fire_time["fire_time"] for fire_time in fire_times)
    fine = any(fire_time["local"][17:19] != "00" for fire_time in fire_times)
    shown = [True, True, zoned, put_off, True, True]
    rows = [list(compress(_row(fire_time, fine=fine), shown)) for fire_time in fire_times]
    head, *lines = render(list(compress(_COLUMNS, shown)), rows, console)
    changes = list(view["clock_changes"])
    yield head
    for fire_time, line in zip(fire_times, lines, strict=True):
        while changes and changes[0]["at"] <= fire_time["fire_time"]:
            yield console.paint(_change(changes.pop(0), console), "yellow")
        yield line
    if view["count"] == len(fire_times):
        yield from (console.paint(_change(change, console), "yellow") for change in changes)


def _row(fire_time: FireTimeView, *, fine: bool) -> list[Cell]:
    since = fire_time["since_last_seconds"]
    delay = microseconds_of(fire_time["start"]) - microseconds_of(fire_time["fire_time"])
    return [
        Cell(said(fire_time["local"], fine=fine)),
        Cell(fire_time["job"]),
        Cell(fire_time["timezone"]),
        Cell(f"+{format_duration(delay if delay < 10 * SECOND else delay // SECOND * SECOND)}" if delay else ""),
        Cell(fire_time["slot"], "dim"),
        Cell("" if since is None else format_duration(round(since * SECOND))),
    ]


def _change(change: ClockChangeView, console: Console) -> str:
    before, after = datetime.fromisoformat(change["before"]), datetime.fromisoformat(change["after"])
    way = "forward" if after.replace(tzinfo=None) > before.replace(tzinfo=None) else "back"
    arrow = "--" if console.ellipsis == "..." else "──"
    day = after if after.date() == before.date() else before
    on = f"{WEEKDAYS[day.weekday()]} {day.date()}"
    return f"{arrow} {on} the clock of {change['timezone']} goes {way}, from {before:%H:%M} to {after:%H:%M}"


def _others(view: PlanView, console: Console) -> Iterator[str]:
    others = sorted(view["others"].items(), key=lambda item: (item[1] is None, item[1] or "", item[0]))
    rows = [
        [Cell(name), Cell("never by the clock" if at is None else _local(at, view["timezone"]))] for name, at in others
    ]
    yield from render(_OTHERS, rows[:_MOST_OTHERS], console)
    if len(rows) > _MOST_OTHERS:
        yield f"and {len(rows) - _MOST_OTHERS} more; --job JOB looks at one"


def _local(instant: str, timezone: str) -> str:
    return said(local_iso(microseconds_of(instant), find_zone(timezone)))


def said(iso: str, *, fine: bool = False) -> str:
    """`Sun 2026-03-29 03:00 +02:00`; with seconds where there are any, or always (`fine`)."""
    moment = datetime.fromisoformat(iso)
    fine = fine or moment.second > 0 or moment.microsecond > 0
    fraction = f".{moment.microsecond:06}".rstrip("0") if moment.microsecond else ""
    clock = f"{moment:%H:%M:%S}{fraction}" if fine else f"{moment:%H:%M}"
    return f"{WEEKDAYS[moment.weekday()]} {moment.date()} {clock} {moment.isoformat()[-6:]}"
