"""The wanted minutes of the wall calendar, against dates looked at one by one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sexton.core.cron import parse_cron
from sexton.core.wall import DAY_MINUTES, Wall
from sexton.model.schedule import Cron

_EPOCH = date(1970, 1, 1)


def wall_minute(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) // 60


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("* * * * *", "2026-11-22T08:00", "2026-11-22T08:00"),
        ("0 8 * * *", "2026-11-22T08:01", "2026-11-23T08:00"),
        ("59 23 31 12 *", "2026-12-31T23:59", "2026-12-31T23:59"),
        ("0 0 1 1 *", "2026-01-01T00:01", "2027-01-01T00:00"),
        ("0 0 29 2 *", "2096-03-01T00:00", "2104-02-29T00:00"),
        ("0 0 29 2 *", "1996-03-01T00:00", "2000-02-29T00:00"),
        ("0 0 13 * 5", "2026-11-07T00:00", "2026-11-13T00:00"),
        ("0 0 13 * */5", "2026-11-14T00:00", "2026-12-13T00:00"),  # Sunday and Friday, joined by AND
        ("0 0 * 2 mon", "2026-11-01T00:00", "2027-02-01T00:00"),
    ],
)
def test_next_minute_is_the_first_that_matches(text: str, start: str, expected: str) -> None:
    wall = Wall(parse_cron(text, "job"))
    assert wall.next_minute(wall_minute(start), wall_minute("2200-01-01T00:00")) == wall_minute(expected)


def test_next_minute_is_none_when_it_lies_beyond_the_last() -> None:
    wall = Wall(parse_cron("0 8 * * *", "job"))
    eight = wall_minute("2026-11-22T08:00")
    assert wall.next_minute(eight - 10, eight) == eight
    assert wall.next_minute(eight - 10, eight - 1) is None
    assert wall.next_minute(eight + 1, eight + DAY_MINUTES - 1) is None


@pytest.mark.parametrize("year", [1900, 1970, 2000, 2026, 2028])
def test_days_of_a_year_match_the_calendar_when_either_day_field_may(year: int) -> None:
    wall = Wall(parse_cron("5 4 1-7,31 2-11 tue,sat", "job"))
    for number in range(366):
        day = date(year, 1, 1) + timedelta(days=number)
        wanted = 2 <= day.month <= 11 and (day.day in (1, 2, 3, 4, 5, 6, 7, 31) or day.isoweekday() in (2, 6))
        assert wall.times((day - _EPOCH).days) == (1 << 4 * 60 + 5 if wanted else 0)


def test_nothing_is_wanted_when_no_time_of_day_is() -> None:
    wall = Wall(
        Cron(minutes=1, hours=0, days=2, months=2, weekdays=1, days_star=True, weekdays_star=True, fixed_time=True)
    )
    assert wall.next_minute(0, 10**8) is None
    assert not wall.ever()


@pytest.mark.parametrize(("text", "ever"), [("0 0 30 2 *", False), ("0 0 29 2 */7", True), ("0 0 30 2 1", True)])
def test_calendar_knows_whether_a_date_ever_comes(text: str, ever: bool) -> None:
    assert Wall(parse_cron(text, "job")).ever() is ever
