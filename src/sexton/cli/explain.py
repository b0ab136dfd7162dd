"""`sexton explain EXPR…`: a schedule in plain words, when it fires, what clock changes do to it, what is doubtful."""

from __future__ import annotations

import time
from collections.abc import Iterator
from enum import StrEnum
from operator import itemgetter
from typing import Any, TypeVar

from sexton.cli import human
from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.cli.paragraph import paragraph
from sexton.cli.plan_list import said
from sexton.config.values import Unfit
from sexton.config.zones import default_zone
from sexton.core.answers.clockeffect import effect_of, parts
from sexton.core.answers.effect_words import effect_words
from sexton.core.answers.explain import explain
from sexton.core.answers.lint import lint_texts
from sexton.core.answers.outlook import changes_of
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.localtime import first_instant, local_iso, read_time
from sexton.core.schedules.parse import parse_schedule
from sexton.core.schedules.zones import find_zone
from sexton.core.slots import iso
from sexton.model.errors import EXIT_OK, ScheduleError
from sexton.model.schedule import DstGap, DstOverlap, Schedule
from sexton.model.units import DAY, SECOND, Instant

USAGE = Usage(
    'sexton explain "EXPR"... [--timezone ZONE] [-n N] [--json]',
    "A schedule in plain words, its next fire times, what clock changes do to it, and\n"
    "what is doubtful in it. EXPR is what the key `schedule` takes: 30 2 * * 1-5,\n"
    "@daily, @every 5m, calendar: ...; several are a list. Needs no daemon, no file.",
    (
        Option("--timezone", "the zone it holds in (default: TZ, or the machine's)", value="ZONE"),
        Option("--lines", "show the next N fire times (default 5)", short="-n", value="N"),
        Option("--from", "look from this time on (default: now)", value="TIME"),
        Option("--except", "days to leave out: 2026-12-25, or calendar: Sat,Sun", value="DAYS"),
        Option("--dst-gap", "as the key dst_gap: shift, skip or each", value="W"),
        Option("--dst-overlap", "as the key dst_overlap: first, second or both", value="W"),
        Option("--job", "the job's name, which H depends on (default: job)", value="JOB"),
    ),
    least=1,
    most=None,
)
_AHEAD = 400 * DAY
Word = TypeVar("Word", bound=StrEnum)


def execute(arguments: Arguments, console: Console) -> int:
    zone = _zone(arguments, console)
    try:
        left_out = [text for text in (arguments.text("--except"),) if text is not None]
        job = arguments.text("--job") or "job"
        gap, overlap = _choice(arguments, "--dst-gap", DstGap), _choice(arguments, "--dst-overlap", DstOverlap)
        schedule = parse_schedule(arguments.operands, zone, job, left_out, gap, overlap)
    except ScheduleError as error:
        raise UsageError(str(error)) from None
    number = arguments.number("--lines", default=5, most=1000)
    now = time.time_ns() // 1000
    view = explained(schedule, _start(arguments, zone, now), number)
    if arguments.has("--json"):
        console.json(view)
    else:
        console.lines(_lines(view, console, now))
    return EXIT_OK


def _choice(arguments: Arguments, option: str, words: type[Word]) -> Word:
    """The option's word, or the first of them."""
    text = arguments.text(option)
    if text is not None and text not in list(words):
        raise UsageError(f"{option} takes {', '.join(words)}, not '{text}'")
    return next(iter(words)) if text is None else words(text)


def _zone(arguments: Arguments, console: Console) -> str:
    try:
        return arguments.text("--timezone") or default_zone(console.environ)
    except Unfit as error:
        raise UsageError(str(error)) from None


def _start(arguments: Arguments, zone: str, now: Instant) -> Instant:
    try:
        found = find_zone(zone)
    except ScheduleError as error:
        raise UsageError(str(error)) from None
    text = arguments.text("--from")
    return now if text is None else first_instant(read_time(text, found), found)


def explained(schedule: Schedule, start: Instant, number: int) -> dict[str, Any]:
    """All that is shown, as JSON."""
    return {
        "schedule": list(schedule.texts),
        "timezone": schedule.zone,
        "words": explain(schedule),
        "next": list(_next(schedule, start, number)),
        "clock_changes": sorted(_changes(schedule, start), key=itemgetter("at")),
        "warnings": [warning for _, warning in lint_texts(schedule)],
    }


def _next(schedule: Schedule, start: Instant, number: int) -> Iterator[dict[str, str]]:
    times, zone = FireTimes(schedule, start), find_zone(schedule.zone)
    at = times.after(start - 1)
    while at is not None and number:
        yield {"fire_time": iso(at), "local": local_iso(at, zone)}
        at, number = times.after(at), number - 1


def _changes(schedule: Schedule, start: Instant) -> Iterator[dict[str, str]]:
    """What the clock changes of the next year or so do."""
    for part in parts(schedule):
        for change in changes_of(part.zone, find_zone(part.zone), start, start + _AHEAD):
            effect = effect_of(part, change)
            if effect is not None:
                yield {"at": iso(change.at), "timezone": part.zone, "effect": effect_words(effect)}


def _lines(view: dict[str, Any], console: Console, now: Instant) -> Iterator[str]:
    for sentence in view["words"]:
        yield from paragraph(sentence, console, style="bold")
    yield ""
    if view["next"]:
        yield f"Next, in {view['timezone']}:"
        yield from (f"  {said(at['local'])}  {_wait(at['fire_time'], console, now)}" for at in view["next"])
    else:
        yield "No clock starts it."
    if view["clock_changes"]:
        yield ""
        yield "Clock changes:"
        for change in view["clock_changes"]:
            yield from paragraph(change["effect"], console, first="  ")
    if view["warnings"]:
        yield ""
        for warning in view["warnings"]:
            yield from paragraph(warning, console, first="warning: ", style="yellow")


def _wait(fire_time: str, console: Console, now: Instant) -> str:
    left = human.seconds_of(fire_time) - now / SECOND
    return console.paint(f"in {human.rough(left)}" if left >= 0 else "past", "dim")
