"""The wanted days of the calendar, against dates looked at one by one."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.schedules.cron import parse_cron
from sexton.core.schedules.days import FIRST_DAY, LAST_DAY, Calendar
from sexton.core.schedules.parse import parse_left_out
from sexton.model.schedule import Days

_EPOCH = date(1970, 1, 1)
_MONTHS = st.sampled_from(["*", "2", "1,4,12", "2-3"])


def days(text: str) -> Days:
    """The days of `month day weekday year`, each `*` when left out, in that order."""
    month, day, weekday, year = [*text.split(), "*", "*", "*"][:4]
    return parse_cron(f"0 0 0 {day} {month} {weekday} {year}", "job").days


def day(text: str) -> int:
    return (date.fromisoformat(text) - _EPOCH).days


def length(of: date) -> int:
    return calendar.monthrange(of.year, of.month)[1]


def nearest(number: int, of: date) -> int:
    """The weekday nearest to a day of a month, by looking around it."""
    around = (0, -1, 1, -2, 2)
    for away in around:
        if 1 <= number + away <= length(of) and of.replace(day=number + away).weekday() < 5:
            return number + away
    raise AssertionError("five days in a row have a weekday among them")


DAY_ITEMS: list[tuple[str, Callable[[date], bool]]] = [
    ("L", lambda d: d.day == length(d)),
    ("L-3", lambda d: d.day == length(d) - 3),
    ("l-30", lambda d: d.day == length(d) - 30),
    ("LW", lambda d: d.day == nearest(length(d), d)),
    ("15W", lambda d: d.day == nearest(15, d)),
    ("1W", lambda d: d.day == nearest(1, d)),
    ("31w", lambda d: length(d) == 31 and d.day == nearest(31, d)),
    ("7", lambda d: d.day == 7),
    ("28-31", lambda d: d.day >= 28),
]
WEEKDAY_ITEMS: list[tuple[str, Callable[[date], bool]]] = [
    ("5#3", lambda d: d.weekday() == 4 and 15 <= d.day <= 21),
    ("sun#1", lambda d: d.weekday() == 6 and d.day <= 7),
    ("7#5", lambda d: d.weekday() == 6 and d.day >= 29),
    ("5L", lambda d: d.weekday() == 4 and d.day > length(d) - 7),
    ("L5", lambda d: d.weekday() == 4 and d.day > length(d) - 7),
    ("monl", lambda d: d.weekday() == 0 and d.day > length(d) - 7),
    ("tue", lambda d: d.weekday() == 1),
]


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.sampled_from(DAY_ITEMS), max_size=3),
    st.lists(st.sampled_from(WEEKDAY_ITEMS), max_size=2),
    _MONTHS,
    st.integers(1, 9999),
)
def test_days_are_those_that_each_word_means(
    by_month: list[tuple[str, Callable[[date], bool]]],
    by_week: list[tuple[str, Callable[[date], bool]]],
    months: str,
    year: int,
) -> None:
    texts = [",".join(text for text, _ in items) or "*" for items in (by_month, by_week)]
    wanted = Calendar(days(f"{months} {texts[0]} {texts[1]}"))
    months_bits = days(months).months
    either = bool(by_month) and bool(by_week)
    for number in range((date(year, 12, 31) - date(year, 1, 1)).days + 1):
        at = date(year, 1, 1) + timedelta(days=number)
        fits = [not items or any(means(at) for _, means in items) for items in (by_month, by_week)]
        expected = months_bits >> at.month & 1 and (any(fits) if either else all(fits))
        assert wanted.has((at - _EPOCH).days) == bool(expected), at


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("2 29", "2096-03-01", "2104-02-29"),
        ("2 29", "1996-03-01", "2000-02-29"),
        ("2 29 */7", "2088-03-01", "2128-02-29"),
        ("* 13 */5", "2026-11-14", "2026-12-13"),  # Sunday and Friday, joined by AND
        ("* 13 5", "2026-11-14", "2026-11-20"),
        ("2 * mon", "2026-11-01", "2027-02-01"),
        ("1 1 * 9999", "2026-01-01", "9999-01-01"),
        ("* * * 2030/7", "2031-01-01", "2037-01-01"),
        ("12 31", "0001-01-01", "0001-12-31"),
    ],
)
def test_next_day_is_the_first_that_matches(text: str, start: str, expected: str) -> None:
    assert Calendar(days(text)).next_day(day(start)) == day(expected)


def test_search_ends_with_the_calendar_and_begins_with_it() -> None:
    every = Calendar(days("*"))
    assert every.next_day(-(10**9)) == FIRST_DAY
    assert every.next_day(LAST_DAY) == LAST_DAY
    assert every.next_day(LAST_DAY + 1) is None
    assert Calendar(days("2 30")).next_day(FIRST_DAY) is None
    assert Calendar(days("* * * 2020")).next_day(day("2021-01-01")) is None


def test_days_left_out_are_passed_over() -> None:
    left_out = [parse_left_out(text) for text in ("2026-12-25", "calendar: Sat,Sun", "calendar: *-*~1")]
    wanted = Calendar(days("*"), left_out)
    assert [wanted.next_day(day(text)) for text in ("2026-12-25", "2026-12-26", "2026-12-31", "2027-12-25")] == [
        day(text) for text in ("2026-12-28", "2026-12-28", "2027-01-01", "2027-12-27")
    ]
