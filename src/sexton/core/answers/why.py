"""Why a schedule fires, or does not, at a time: field by field, and what clock changes have to do with it.

The schedule's own fire times decide; the fields explain them. What became of a fire time afterwards is standing.py's.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sexton.core.answers.clockeffect import Gap, Repeat, effect_of, parts
from sexton.core.answers.day_words import (
    MONTHS,
    WEEKDAYS,
    day_words,
    month_day_words,
    month_words,
    weekday_words,
    year_words,
)
from sexton.core.answers.effect_words import clock_of, day_of, effect_words
from sexton.core.answers.explain import rule_words
from sexton.core.answers.outlook import changes_of
from sexton.core.answers.time_words import spelled_seconds
from sexton.core.answers.words import members, ordinal, spelled
from sexton.core.schedules.days import Calendar
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.intervals import previous_fire_time
from sexton.core.schedules.localtime import Written, calendar_day, offset_at
from sexton.core.schedules.zones import find_zone
from sexton.model.schedule import FIRST_YEAR, AtStart, Cron, Days, Every, Rule, Schedule
from sexton.model.units import DAY, HOUR, MINUTE, SECOND, Instant

_ANY = -1


class Part(NamedTuple):
    """One field of a rule: what the wall shows in it, what the rule wants, whether that fits."""

    field: str
    value: str
    wanted: str
    fits: bool


class Judged(NamedTuple):
    """One rule at that time. `joined`: how the two day fields are joined, where both say something."""

    text: str
    words: str
    fits: bool
    parts: tuple[Part, ...] = ()
    joined: str = ""


class Why(NamedTuple):
    """The schedule's answer. `at` is the fire time that the question comes down to: the instant itself, or the one
    that stands in for a wall time which the clock skipped; None where there is neither."""

    at: Instant | None
    fires: bool
    rules: tuple[Judged, ...]
    notes: tuple[str, ...]
    before: Instant | None
    after: Instant | None


def why(schedule: Schedule, said: Written, started: Instant) -> Why:
    """Why `schedule` fires or does not at the time `said`; of a time that comes twice the first is meant.

    `started` is the instant from which `@every … from start` counts.
    """
    times, zone = FireTimes(schedule, started), find_zone(schedule.zone)
    around = said.instants[0] if said.instants else said.wall - offset_at(said.wall - DAY, zone)
    effects = [effect for part in parts(schedule) for effect in _effects(part, around, said.wall, schedule.zone)]
    at = said.instants[0] if said.instants else next(iter(_made_up(effects)), None)
    rules = tuple(
        _judge(text, rule, _wall(rule, around, said.wall), at, started)
        for text, rule in zip(schedule.texts, schedule.rules, strict=True)
    )
    notes = (*map(effect_words, effects), *_absent(schedule, said, effects), *_left_out(schedule, said.wall // DAY))
    pivot = around if at is None else at
    fires = at is not None and times.after(at - 1) == at
    return Why(at, fires, rules, notes, previous_fire_time(times, pivot), times.after(pivot))


def _effects(part: Schedule, around: Instant, wall: Instant, zone: str) -> Iterator[Gap | Repeat]:
    """What the clock changes beside the time do to it."""
    own = find_zone(part.zone)
    shown = wall if part.zone == zone else around + offset_at(around, own)
    for change in changes_of(part.zone, own, around - DAY, around + DAY):
        low, high = sorted((change.at + change.before, change.at + change.after))
        effect = effect_of(part, change)
        if effect is not None and (low <= shown < high or around in _made_up([effect])):
            yield effect


def _wall(rule: Rule, around: Instant, wall: Instant) -> Instant:
    """What the wall shows in the zone that the rule is kept in."""
    own = rule.zone if isinstance(rule, Cron) else None
    return wall if own is None else around + offset_at(around, find_zone(own))


def _made_up(effects: Sequence[Gap | Repeat]) -> tuple[Instant, ...]:
    return effects[0].made_up if effects and isinstance(effects[0], Gap) else ()


def _absent(schedule: Schedule, said: Written, effects: Sequence[Gap | Repeat]) -> Iterator[str]:
    if not said.instants and not effects:
        yield f"the clock of {schedule.zone} never showed {clock_of(said.wall)} on {day_of(said.wall)}"


def _left_out(schedule: Schedule, day: int) -> Iterator[str]:
    for days in schedule.left_out:
        if Calendar(days).has(day):
            yield f"the day is left out: {day_words(days)}"


def _judge(text: str, rule: Rule, wall: Instant, at: Instant | None, started: Instant) -> Judged:
    match rule:
        case Cron():
            return _judge_cron(text, rule, wall)
        case Every(period, from_start):
            anchor = started if from_start else 0
            fits = at is not None and (at - anchor) % period == 0 and (not from_start or at > started)
            return Judged(text, rule_words(rule), fits)
        case AtStart():
            return Judged(text, rule_words(rule), False)


def _judge_cron(text: str, cron: Cron, wall: Instant) -> Judged:
    day, time = divmod(wall, DAY)
    seconds, minute, hour = time % MINUTE, time % HOUR // MINUTE, time // HOUR
    days = _day_parts(cron.days, day)
    parts = [
        Part("minute", f"{minute:02}", _spelled(cron.minutes, 60), bool(cron.minutes >> minute & 1)),
        Part("hour", f"{hour:02}", _spelled(cron.hours, 24), bool(cron.hours >> hour & 1)),
        *days,
    ]
    if cron.seconds != (0,) or seconds:
        shown = f"{seconds / SECOND:g}"
        parts.insert(0, Part("second", shown, spelled_seconds(cron.seconds), seconds in cron.seconds))
    fits = Calendar(cron.days).has(day) and all(part.fits for part in parts if part not in days)
    return Judged(text, rule_words(cron), fits, tuple(parts), _joined(cron.days))


def _day_parts(days: Days, day: int) -> list[Part]:
    date = calendar_day(day)
    of_month = days._replace(weekdays=_ANY, nth=0, months=_ANY, years=0, either=False)
    of_week = Days(days=_ANY, months=_ANY, weekdays=days.weekdays, nth=days.nth)
    parts = [
        Part("day of month", ordinal(date.day), month_day_words(days) or "any", Calendar(of_month).has(day)),
        Part("month", MONTHS[date.month - 1], month_words(days.months) or "any", bool(days.months >> date.month & 1)),
        Part("day of week", WEEKDAYS[(day + 4) % 7], weekday_words(days) or "any", Calendar(of_week).has(day)),
    ]
    if days.years:
        fits = date.year >= FIRST_YEAR and bool(days.years >> (date.year - FIRST_YEAR) & 1)
        parts.append(Part("year", str(date.year), year_words(days.years), fits))
    return parts


def _joined(days: Days) -> str:
    if not (month_day_words(days) and weekday_words(days)):
        return ""
    return "either day field is enough" if days.either else "both day fields have to fit"


def _spelled(bits: int, size: int) -> str:
    found = members(bits)
    return "any" if len(found) == size else spelled(found, "{:02}".format)
