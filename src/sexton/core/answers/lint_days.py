"""How the two day fields of a cron expression are joined, where people expect otherwise.

crontab(5): restricted both, either is enough; a field that begins with `*` counts as unrestricted, also `*/2`, so that
then both have to fit.
"""

from collections.abc import Iterator, Mapping

from sexton.core.answers.day_words import WEEKDAYS, day_words
from sexton.core.answers.words import members, ordinal
from sexton.core.schedules.cron_fields import DAY, WEEKDAY, Field
from sexton.core.schedules.days import Calendar
from sexton.model.schedule import FIRST_YEAR, Cron
from sexton.model.units import SECOND

_LONGEST = 60  # characters of an expression that is worth to be suggested
_SPLIT = "for either, say so by two schedules in a list"


def lint_joint(fields: Mapping[Field, str], cron: Cron) -> Iterator[str]:
    """A warning where both day fields say something."""
    day, weekday = fields[DAY], fields[WEEKDAY]
    if cron.days.either:
        which = day_words(cron.days).replace(" (either is enough)", "") or "on every day"
        yield f"both day fields are restricted, so that either is enough: it fires {which}; {_way_out(cron)}"
        return
    for word, other, last in ((day, weekday, "1-31"), (weekday, day, "0-6")):
        if word.startswith("*/") and not other.startswith(("*", "?")):
            which = day_words(cron.days) or "on every day"
            yield (
                f"{word!r} begins with *, so that both day fields have to fit: it fires {which}; "
                f"where either shall be enough write {last}{word[1:]}"
            )


def _way_out(cron: Cron) -> str:
    if not day_words(cron.days._replace(months=-1, years=0)):
        return "write * in the field that does not matter"
    days, weekdays = members(cron.days.days), members(cron.days.weekdays)
    if cron.days.nth or cron.days.nearest or cron.days.from_end:
        return _SPLIT
    if len(weekdays) == 1 and len(days) == 7 and days[-1] - days[0] == 6 and days[0] % 7 == 1:
        place, name = days[0] // 7 + 1, WEEKDAYS[weekdays[0]]
        return f"for the {ordinal(place)} {name} of the month write {weekdays[0]}#{place} and * as the day of month"
    both = as_calendar(cron)
    ever = Calendar(cron.days._replace(either=False)).next_day(0) is not None
    return f"for both at once write {both}; {_SPLIT}" if ever and len(both) <= _LONGEST else _SPLIT


def as_calendar(cron: Cron) -> str:
    """A `calendar:` expression of the same times on the days on which both day fields fit."""
    names = ",".join(WEEKDAYS[day][:3] for day in members(cron.days.weekdays))
    years = ",".join(str(FIRST_YEAR + bit) for bit in members(cron.days.years)) or "*"
    date = f"{years}-{_listed(cron.days.months, 12)}-{_listed(cron.days.days, 31)}"
    seconds = "" if cron.seconds == (0,) else f":{','.join(f'{second // SECOND:02}' for second in cron.seconds)}"
    return f"calendar: {names} {date} {_listed(cron.hours, 24)}:{_listed(cron.minutes, 60)}{seconds}"


def _listed(bits: int, size: int) -> str:
    found = members(bits)
    return "*" if len(found) == size else ",".join(f"{value:02}" for value in found)
