"""What is doubtful in a schedule that is right: where it will surprise, and what to write instead.

Each warning says the consequence and a way out, and none is given where the schedule does what it looks like. Looks at
the text where the way of writing is what misleads (lint_fields.py, lint_days.py), and at the fire times where clock
changes matter.
"""

from collections.abc import Iterator

from sexton.core.answers.clockeffect import Gap, Repeat, effect_of, parts
from sexton.core.answers.effect_words import effect_clauses, touched_span
from sexton.core.answers.lint_days import lint_joint
from sexton.core.answers.lint_fields import fields_of, lint_short_months, lint_steps
from sexton.core.answers.outlook import changes_of
from sexton.core.schedules.cron_fields import DAY as DAY_OF_MONTH
from sexton.core.schedules.zones import find_zone
from sexton.model.schedule import Cron, DstGap, DstOverlap, Schedule
from sexton.model.units import DAY, Instant

_AHEAD = 400 * DAY  # a clock change comes at least once in it, where there are any


def lint(schedule: Schedule, now: Instant) -> Iterator[tuple[int | None, str]]:
    """Each doubt: the place of its text among the schedule's (None: all of them together), and the warning."""
    yield from lint_texts(schedule)
    for part in parts(schedule):
        yield from ((None, warning) for warning in _lint_changes(part, now))


def lint_texts(schedule: Schedule) -> Iterator[tuple[int, str]]:
    """The same, but for clock changes."""
    for place, (text, rule) in enumerate(zip(schedule.texts, schedule.rules, strict=True)):
        if isinstance(rule, Cron):
            for warning in lint_cron(text, rule):
                yield place, warning


def lint_cron(text: str, cron: Cron) -> Iterator[str]:
    """The warnings about one expression, which `cron` is, whatever the zone."""
    fields = fields_of(text)
    if fields:
        yield from lint_steps(fields)
        yield from lint_short_months(fields[DAY_OF_MONTH], cron)
        yield from lint_joint(fields, cron)


def _lint_changes(part: Schedule, now: Instant) -> Iterator[str]:
    """One warning for the next change of each kind together."""
    found: dict[type, Gap | Repeat] = {}
    for change in changes_of(part.zone, find_zone(part.zone), now, now + _AHEAD):
        effect = effect_of(part, change)
        if effect is not None and _surprises(part, effect):
            found.setdefault(type(effect), effect)
    if found:
        effects = list(found.values())
        said = effect_clauses(effects)
        spans = " and ".join(dict.fromkeys(map(touched_span, effects)))
        yield f'{said}; untouched are times outside of {spans}, @every, and timezone = "UTC"'


def _surprises(part: Schedule, effect: Gap | Repeat) -> bool:
    """What fires otherwise than on other days, unless the schedule says that it shall."""
    if isinstance(effect, Gap):
        return part.dst_gap is DstGap.SHIFT and (bool(effect.made_up) or effect.pause > effect.usual)
    return part.dst_overlap is DstOverlap.FIRST and effect.second_pass < effect.number
