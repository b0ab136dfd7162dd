"""`sexton plan --load`: a picture of the minutes of the day, and those in which most jobs start together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sexton.cli.console import Console
from sexton.cli.plan_list import said, span
from sexton.cli.table import Cell, Column, render
from sexton.core.answers.load import Busy, busiest, starting_in, starts_by_minute
from sexton.core.answers.outlook import Seen, Window
from sexton.core.schedules.localtime import local_iso, offset_at
from sexton.core.schedules.zones import find_zone
from sexton.core.slots import iso
from sexton.model.units import DAY, MINUTE

_WORST = 10  # lines
_MOST_LOOKS = 60_000  # jobs times minutes of the day, for finding out which jobs meet
_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "12345678"
_COLUMNS = (
    Column("BUSIEST"),
    Column("JOBS", right=True),
    Column("TIMES", right=True),
    Column("FIRST"),
    Column("WHICH", least=12),
)


def show_load(console: Console, jobs: Mapping[str, Seen], timezone: str, window: Window, *, as_json: bool) -> None:
    """The load of the window, in the plan's zone."""
    start = window.start // MINUTE * MINUTE
    end = -(-window.end // MINUTE) * MINUTE
    found = starts_by_minute(jobs, Window(start, end))
    minutes = minutes_of_day(start, len(found), timezone)
    worst = busiest(found, minutes, start)
    if as_json:
        console.json(_as_json(jobs, found, worst, Window(start, end), timezone))
        return
    console.lines(_picture(found, minutes, Window(start, end), timezone, console))
    console.line()
    console.lines(_busiest(jobs, worst, timezone, console))


def minutes_of_day(start: int, number: int, timezone: str) -> list[int]:
    """Which minute of its local day each of the `number` minutes from `start` is."""
    zone = find_zone(timezone)
    at = range(start, start + number * MINUTE, MINUTE)
    return [(instant + offset_at(instant, zone)) % DAY // MINUTE for instant in at]


def _as_json(
    jobs: Mapping[str, Seen], found: Sequence[int], worst: Sequence[Busy], window: Window, timezone: str
) -> dict[str, object]:
    minutes = {iso(window.start + place * MINUTE): number for place, number in enumerate(found) if number}
    busiest = [
        {"time": _clock(busy), "jobs": starting_in(jobs, busy.first), "often": busy.often, "first": iso(busy.first)}
        for busy in worst[:_WORST]
    ]
    limits = {"start": iso(window.start), "end": iso(window.end), "timezone": timezone}
    return {**limits, "jobs_by_minute": minutes, "busiest": busiest}


def _picture(
    found: Sequence[int], minutes: Sequence[int], window: Window, timezone: str, console: Console
) -> Iterator[str]:
    """An hour a line, a minute a character: how many jobs start in it, the most of any day."""
    most = [0] * 1440
    for minute, number in zip(minutes, found, strict=True):
        most[minute] = max(most[minute], number)
    yield console.paint("Jobs that start in each minute", "bold")
    yield console.paint(span(*window, timezone), "dim")
    yield ""
    yield console.paint("      :00       :10       :20       :30       :40       :50", "dim")
    for hour in range(24):
        bar = "".join(_mark(number, max(most), console) for number in most[hour * 60 : hour * 60 + 60])
        yield f"  {hour:02}  {bar}".rstrip()
    if max(most):
        yield ""
        yield console.paint(f"      {_legend(max(most), console)}; the most of any day", "dim")


def _marks(console: Console) -> str:
    return _ASCII if console.ellipsis == "..." else _BLOCKS


def _mark(number: int, most: int, console: Console) -> str:
    marks = _marks(console)
    return marks[_level(number, most)] if number else " "


def _level(number: int, most: int) -> int:
    """0 to 7: each number a level of its own while there are no more than eight."""
    return number - 1 if most <= len(_BLOCKS) else (number - 1) * (len(_BLOCKS) - 1) // (most - 1)


def _legend(most: int, console: Console) -> str:
    marks = _marks(console)
    lows: dict[int, int] = {}
    for number in range(1, most + 1):
        lows.setdefault(_level(number, most), number)
    return "  ".join(f"{marks[level]} {low}{'' if most <= len(marks) else '+'}" for level, low in lows.items())


def _busiest(jobs: Mapping[str, Seen], worst: Sequence[Busy], timezone: str, console: Console) -> Iterator[str]:
    if not worst:
        yield "No two jobs start in the same minute."
        return
    alike: dict[tuple[str, ...], list[Busy]] = {}
    for busy in worst[: max(100, _MOST_LOOKS // len(jobs))]:
        names = tuple(starting_in(jobs, busy.first))
        if names in alike or len(alike) < _WORST:
            alike.setdefault(names, []).append(busy)
    yield from render(_COLUMNS, [_row(names, found, timezone) for names, found in alike.items()], console)
    if rest := len(worst) - sum(map(len, alike.values())):
        yield f"and {rest} more minutes of the day in which jobs meet"


def _row(names: Sequence[str], found: Sequence[Busy], timezone: str) -> list[Cell]:
    """One line for all minutes of the day in which the same jobs meet."""
    first = datetime.fromisoformat(local_iso(found[0].first, find_zone(timezone)))
    like_it = f" and {len(found) - 1} like it" if len(found) > 1 else ""
    return [
        Cell(f"{_clock(found[0])}{like_it}"),
        Cell(str(found[0].jobs)),
        Cell(str(sum(busy.often for busy in found))),
        Cell(said(first.isoformat())[:14]),
        Cell(", ".join(names)),
    ]


def _clock(busy: Busy) -> str:
    return f"{busy.minute // 60:02}:{busy.minute % 60:02}"
