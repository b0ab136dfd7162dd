"""`sexton.Schedule`, and how little `import sexton` loads."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sexton

_EXPRESSIONS = [
    *("* * * * *", "30 2 * * *", "*/7 */5 * * *", "0 0 29 2 *", "59 23 31 12 *", "*/10 * * * * *", "0 0 LW * 5#3"),
    *("0 0 0 1 1 * 1999", "@every 7m", "@every 90s from start", "calendar: Mon..Fri 08:00", "H H * * *"),
]


def fire_times(expression: str | list[str], start: datetime, number: int, **options: str) -> list[datetime]:
    return list(islice(sexton.Schedule.parse(expression, **options).after(start), number))


def test_fire_times_are_aware_and_of_the_zone() -> None:
    found = fire_times("0 8 * * *", datetime(2026, 3, 27, 7, tzinfo=UTC), 3, timezone="Europe/Berlin", key="job")
    berlin = ZoneInfo("Europe/Berlin")
    assert found == [datetime(2026, 3, day, 8, tzinfo=berlin) for day in (28, 29, 30)]
    assert [moment.utcoffset() for moment in found] == [timedelta(hours=hours) for hours in (1, 2, 2)]


def test_both_passes_of_a_repeated_hour_are_told_apart() -> None:
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    found = fire_times("*/30 * * * *", start, 3, timezone="Europe/Berlin")
    assert [moment.isoformat() for moment in found] == [
        "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:00:00+01:00"
    ]  # fmt: skip
    assert fire_times("*/30 * * * *", found[0], 1, timezone="Europe/Berlin") == found[1:2]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.sampled_from(_EXPRESSIONS),
    st.sampled_from(sorted(available_timezones() - {"localtime"})),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])),
)
def test_fire_times_ascend_strictly_after_any_moment_that_can_be_written(
    expression: str, zone: str, moment: datetime
) -> None:
    found = fire_times(expression, moment, 3, timezone=zone)
    elapsed = [each - datetime(1970, 1, 1, tzinfo=UTC) for each in (moment, *found)]  # one zone would hide the fold
    assert all(earlier < later for earlier, later in pairwise(elapsed))
    assert len(found) == 3 or moment.year > 9980 or expression.endswith("1999")


def test_first_and_last_hours_of_datetime_have_fire_times_where_they_can_be_shown() -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert fire_times("@every 1h", first, 1) == [first + timedelta(hours=1)]
    assert fire_times("@every 1h", first, 1, timezone="America/New_York")[0].year == 1
    assert fire_times("0 * * * *", first, 1, timezone="Asia/Tokyo")[0] == first + timedelta(hours=1, seconds=-1139)
    assert fire_times("@every 1h", last - timedelta(hours=3), 9) == [
        last.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in (21, 22, 23)
    ]
    assert fire_times("@every 1h", last - timedelta(hours=3), 9, timezone="Asia/Tokyo") == []


def test_intervals_from_start_count_from_the_moment() -> None:
    start = datetime(2026, 11, 22, 8, 0, 30, 250, tzinfo=UTC)
    assert fire_times("@every 5m from start", start, 2) == [start + timedelta(minutes=5), start + timedelta(minutes=10)]


def test_several_expressions_are_united_and_days_left_out() -> None:
    schedule = sexton.Schedule.parse(["0 8 * * *", "0 9 25 12 *"], except_="2026-12-24")
    found = list(islice(schedule.after(datetime(2026, 12, 23, 9, tzinfo=UTC)), 3))
    assert [(moment.day, moment.hour) for moment in found] == [(25, 8), (25, 9), (26, 8)]
    assert schedule.expressions == ("0 8 * * *", "0 9 25 12 *")


def test_schedule_is_a_value() -> None:
    daily = sexton.Schedule.parse("@daily", timezone="Asia/Tokyo")
    assert daily == sexton.Schedule.parse(["@daily"], timezone="Asia/Tokyo")
    assert len({daily, sexton.Schedule.parse("@daily")}) == 2
    assert daily != "@daily"
    assert repr(daily) == "<sexton.Schedule '@daily' in Asia/Tokyo>"


@pytest.mark.parametrize(
    ("expression", "options", "says"),
    [
        ("60 * * * *", {}, "minute: cannot use '60'"),
        ([], {}, "at least one"),
        ("@daily", {"timezone": "Berlin"}, "did you mean Europe/Berlin"),
        ("@daily", {"dst_gap": "jump"}, "dst_gap='jump'; write one of 'shift', 'skip', 'each'"),
        ("@daily", {"except_": "calendar: *-*-*"}, "all of its days are left out"),
    ],
)
def test_expression_is_refused_when_it_cannot_be(
    expression: str | list[str], options: dict[str, str], says: str
) -> None:
    with pytest.raises(sexton.ScheduleError, match=says):
        sexton.Schedule.parse(expression, **options)


def test_moment_is_refused_when_it_has_no_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        sexton.Schedule.parse("@daily").after(datetime(2026, 11, 22))  # noqa: DTZ001


def test_zone_and_days_may_be_objects() -> None:
    christmas, eve = date(2026, 12, 25), "2026-12-24"
    written = sexton.Schedule.parse("@daily", timezone="Asia/Tokyo", except_=["2026-12-25", eve])
    assert sexton.Schedule.parse("@daily", timezone=ZoneInfo("Asia/Tokyo"), except_=[christmas, eve]) == written
    alone = sexton.Schedule.parse("@daily", except_=christmas)
    assert alone == sexton.Schedule.parse("@daily", except_="2026-12-25")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"expression": None}, "cannot use expression=None; a text such as"),
        ({"expression": 5}, "cannot use expression=5; a text such as"),
        ({"expression": ["@daily", 5]}, "cannot use expression=5; a text such as"),
        ({"expression": date(2026, 12, 25)}, "cannot use expression=datetime.date"),
        ({"timezone": None}, "cannot use timezone=None; the name of a zone"),
        ({"timezone": UTC}, "cannot use timezone=datetime.timezone.utc; the name of a zone"),
        ({"key": 5}, "cannot use key=5; a text"),
        ({"except_": None}, "cannot use except_=None; a date, or a text"),
        (
            {"except_": [datetime(2026, 12, 25, tzinfo=UTC)]},
            "cannot use except_=datetime.datetime.*; a date, or a text",
        ),
    ],
)
def test_argument_of_another_type_is_refused(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        sexton.Schedule.parse(**{"expression": "@daily", **arguments})


@pytest.mark.parametrize("moment", ["2026", None, date(2026, 11, 22), 0])
def test_moment_is_refused_when_it_is_no_datetime(moment: Any) -> None:
    with pytest.raises(TypeError, match=r"cannot look after .*: it is no datetime; write"):
        sexton.Schedule.parse("@daily").after(moment)


def test_import_loads_nothing_until_a_name_is_used() -> None:
    code = "import sys; before = set(sys.modules); import sexton; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["sexton"]


def test_unknown_name_is_an_attribute_error() -> None:
    assert len(sexton.__all__) <= 10
    assert all(hasattr(sexton, name) for name in sexton.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Shedule'"):
        sexton.Shedule  # noqa: B018
