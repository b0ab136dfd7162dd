"""Steps and days of cron expressions that mislead by the way they are written: a rhythm that limps where its field
begins again, a step that leads out of its field, a day that some months lack. What fires is right all the same.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sexton.core.answers.day_words import month_words
from sexton.core.answers.words import members, ordinal, spelled
from sexton.core.schedules.cron_fields import DAY, HOUR, MINUTE, MONTH, SECOND, WEEKDAY, Field
from sexton.model.schedule import Cron

_FIVE = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)
_LACKING = {29: {2}, 30: {2}, 31: {2, 4, 6, 9, 11}}  # day of the month → the months that do not have it, or not always


class Cycle(NamedTuple):
    """How many values a field has before it begins again, what one of them is called, and two ways to an even rhythm:
    `alone`, where no larger field is restricted, and always."""

    size: int
    unit: str
    alone: str
    always: str


_CYCLES = {
    SECOND: Cycle(60, "second", "@every {}s", "a step that divides 60"),
    MINUTE: Cycle(60, "minute", "@every {}m", "a step that divides 60"),
    HOUR: Cycle(24, "hour", "@every {}h (counted in UTC)", "a step that divides 24"),
    DAY: Cycle(31, "day", "@every {}d (at 00:00 UTC)", "the days that are meant"),
    MONTH: Cycle(12, "month", "", "a step that divides 12"),
    WEEKDAY: Cycle(7, "day", "@every {}d (at 00:00 UTC)", "the days that are meant"),
}


def fields_of(text: str) -> dict[Field, str]:
    """The fields of a cron expression as they are written, without the year; none of a nickname and of `calendar:`."""
    words = text.split()
    if not 5 <= len(words) <= 7 or words[0].startswith("@") or words[0].lower() == "calendar:":
        return {}
    return dict(zip(_FIVE if len(words) == 5 else (SECOND, *_FIVE), words, strict=False))


def lint_steps(fields: Mapping[Field, str]) -> Iterator[str]:
    """Warnings about steps."""
    for field, word in fields.items():
        if not (field in (DAY, WEEKDAY) and _is_restricted(fields[DAY]) and _is_restricted(fields[WEEKDAY])):
            yield from _lint_step(field, word, advice=_advice(field, word.partition("/")[2], fields))


def lint_short_months(word: str, cron: Cron) -> Iterator[str]:
    """Warnings about a 29th, 30th or 31st that stands alone in the day field `word`: it is not in every month."""
    wanted = set(members(cron.days.months))
    for day, lacking in _LACKING.items():
        short = lacking & wanted
        if str(day) not in word.split(",") or not short:
            continue
        if wanted == {2}:
            yield "29 February comes in leap years only; for the last day of February write L"
            continue
        months = month_words(sum(1 << month for month in short))
        lack = f"{'have' if len(short) > 1 else 'has'} no {ordinal(day)}{' but in leap years' if day == 29 else ''}"
        yield f"{months} {lack}, so nothing fires there on it; for the last day of each month write L"


def _lint_step(field: Field, word: str, advice: str) -> Iterator[str]:
    span, slash, step = word.partition("/")
    if not slash or not step.isdigit() or not _is_open(field, span):
        return
    size = _CYCLES[field].size
    first = int(span) if span.isdigit() else field.first
    values = [value % size if field is WEEKDAY else value for value in range(first, field.top + 1, int(step))]
    rest = size - (values[-1] - values[0])
    if len(values) == 1 and int(step) > 1:
        yield f"the step of {word!r} leads out of the {field.name} field, so that {values[0]} is all there is; {advice}"
    elif len(values) > 1 and rest != int(step):
        shown = f"{spelled(values, str)}, and then {values[0]} again {_rest(field, rest)} later"
        yield f"{word!r} in the {field.name} field is {shown}; {advice}"


def _is_open(field: Field, span: str) -> bool:
    """Whether a step goes on to the end of the field, so that it is meant as a rhythm."""
    return span == "*" or span.isdigit() or span == f"{field.first}-{field.top}"


def _is_restricted(word: str) -> bool:
    return word not in ("*", "?")


def _rest(field: Field, rest: int) -> str:
    unit = _CYCLES[field].unit
    return "a day or a few" if field is DAY else f"{rest} {unit}{'' if rest == 1 else 's'}"


def _advice(field: Field, step: str, fields: Mapping[Field, str]) -> str:
    cycle = _CYCLES[field]
    larger = list(fields)[list(fields).index(field) + 1 :]
    alone = cycle.alone and not any(_is_restricted(fields[one]) for one in larger if one is not field)
    ways = [cycle.alone.format(step), cycle.always] if alone else [cycle.always]
    return f"for an even rhythm write {' or '.join(ways)}"
