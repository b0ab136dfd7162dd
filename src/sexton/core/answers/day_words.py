"""The days of a `Days` in English: `on the last Friday of the month, in March and September`.

Total: every `Days` has its words, whatever grammar it was written in.
"""

from collections.abc import Iterator
from itertools import pairwise

from sexton.core.answers.words import listed, members, ordinal, ring, spelled, step_of
from sexton.model.schedule import FIRST_YEAR, Days

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_ALL_DAYS, _ALL_MONTHS, _ALL_WEEKDAYS = (1 << 32) - 2, (1 << 13) - 2, (1 << 7) - 1
_PLACES = ("last", "first", "second", "third", "fourth", "fifth")
_LAST_YEAR = 9999


def day_words(days: Days) -> str:
    """Which days, without a word on the time: `on Mondays`, `Monday to Friday`; empty for every day."""
    date = _date(days)
    if date:
        return date
    month_days, week_days = month_day_words(days), weekday_words(days)
    if days.either and not (month_days and week_days):
        which = ""
    elif month_days and week_days and days.either:
        which = f"on {month_days} or {_on(week_days)} (either is enough)"
    elif month_days and week_days:
        week_days = weekday_words(days, one=True)
        which = f"on {month_days} if that is {'one of ' if ' to ' in week_days else ''}{week_days}"
    else:
        which = f"on {month_days}" if month_days else _on(week_days)
    return " ".join([*([which] if which else []), *_when(days)])


def _on(week_days: str) -> str:
    return week_days if not week_days or " to " in week_days else f"on {week_days}"


def month_day_words(days: Days) -> str:
    """`the 1st and the 15th`; empty where every day of the month will do."""
    if days.days & _ALL_DAYS == _ALL_DAYS:
        return ""
    words = []
    if plain := [day for day in members(days.days) if 1 <= day <= 31]:
        words.append(f"the {spelled(plain, ordinal)}")
    words += [_before_last(number) for number in members(days.from_end)]
    words += [_nearest(day) for day in members(days.nearest)]
    return f"{listed(words, 'or')} of the month" if words else "no day of the month"


def weekday_words(days: Days, *, one: bool = False) -> str:
    """`Monday to Friday`, `Fridays` (`one`: `a Friday`), `the third Friday of the month`; empty where every day of the
    week will do."""
    if days.weekdays & _ALL_WEEKDAYS == _ALL_WEEKDAYS:
        return ""
    words = [_week(days.weekdays & _ALL_WEEKDAYS, one=one)] if days.weekdays & _ALL_WEEKDAYS else []
    for place in members(days.nth):
        weekday, number = divmod(place, 6)
        words.append(f"the {_PLACES[number]} {WEEKDAYS[weekday]} of the month")
    return listed(words, "or") if words else "no day of the week"


def month_words(months: int) -> str:
    """`January and July`, `April to October`; empty for all of them."""
    if months & _ALL_MONTHS == _ALL_MONTHS:
        return ""
    return spelled([month for month in members(months) if month <= 12], lambda month: MONTHS[month - 1])


def year_words(years: int) -> str:
    """`2026 to 2030`, `2030 and later`; empty for all of them."""
    if years in (0, -1):
        return ""
    found = [FIRST_YEAR + bit for bit in members(years)]
    if found[-1] == _LAST_YEAR and step_of(found) == 1:
        return f"{found[0]} and later"
    return spelled(found, str)


def _date(days: Days) -> str:
    """`on 25 December 2026`, where it is that: days of one month, whatever the day of the week."""
    months, plain = members(days.months & _ALL_MONTHS), members(days.days & _ALL_DAYS)
    every_weekday = not weekday_words(days) and not days.either
    if len(months) != 1 or len(plain) == 31 or not plain or days.from_end or days.nearest or not every_weekday:
        return ""
    words = [f"on {spelled(plain, str)} {MONTHS[months[0] - 1]}"]
    if year := year_words(days.years):
        words.append(year if year.isdigit() else f"in {year}")
    return " ".join(words)


def _when(days: Days) -> Iterator[str]:
    if months := month_words(days.months):
        yield f"{'from' if ' to ' in months else 'in'} {months}"
    if years := year_words(days.years):
        yield f"{'from' if ' to ' in years else 'in'} {years}"


def _week(weekdays: int, *, one: bool) -> str:
    """Days of the week from Monday on; a range may run over the week's end."""
    found = ring([day or 7 for day in members(weekdays)], 7)
    if len(found) > 2 and all((after - before) % 7 == 1 for before, after in pairwise(found)):
        return f"{WEEKDAYS[found[0] % 7]} to {WEEKDAYS[found[-1] % 7]}"
    if one:
        return f"a {listed((WEEKDAYS[day % 7] for day in found), 'or')}"
    return listed(f"{WEEKDAYS[day % 7]}s" for day in found)


def _before_last(number: int) -> str:
    if number == 0:
        return "the last day"
    return f"the {'day' if number == 1 else f'{ordinal(number)} day'} before the last"


def _nearest(day: int) -> str:
    if day == 0:
        return "the last weekday (Monday to Friday)"
    return f"the weekday (Monday to Friday) nearest to the {ordinal(day)}"
