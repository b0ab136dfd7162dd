"""Cron rules over clock changes: cases with known answers, and Debian's main loop, minute by minute, as the judge."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sexton.core.schedules.clockchange import CronTimes
from sexton.core.schedules.cron import parse_cron
from sexton.core.schedules.days import EARLIEST, LATEST
from sexton.core.schedules.zones import find_zone
from sexton.model.schedule import DstGap, DstOverlap, Schedule
from sexton.model.units import DAY, HOUR, MINUTE, SECOND, Instant

_CASES = (Path(__file__).parents[2] / "data" / "cron_cases.jsonl").read_text().splitlines()
_CHANGES = [
    ("Europe/London", "2026-03-29T01:00Z"),
    ("Europe/London", "2026-10-25T01:00Z"),
    ("America/New_York", "2026-03-08T07:00Z"),
    ("America/New_York", "2026-11-01T06:00Z"),
    ("America/Havana", "2026-03-08T05:00Z"),  # a gap at midnight
    ("America/Havana", "2026-11-01T05:00Z"),
    ("America/Nuuk", "2026-03-29T01:00Z"),  # a gap that ends at midnight
    ("America/Santiago", "2026-04-05T03:00Z"),  # back over midnight into the day before
    ("America/St_Johns", "2010-03-14T03:31Z"),  # one minute after midnight
    ("America/St_Johns", "2010-11-07T02:31Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-03T15:30Z"),
    ("Antarctica/Troll", "2026-03-29T01:00Z"),  # two hours
    ("Antarctica/Troll", "2026-10-25T01:00Z"),
    ("Antarctica/Casey", "2020-10-03T16:01Z"),  # three hours: the most that is a clock change
    ("Antarctica/Casey", "2021-03-13T13:00Z"),
    ("Africa/Casablanca", "2026-02-15T02:00Z"),
    ("Africa/Casablanca", "2026-03-22T02:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00Z"),  # a day skipped
    ("Pacific/Kwajalein", "1969-09-30T13:00Z"),  # 23 hours back
]


def instant(text: str) -> Instant:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


def cron_times(text: str, zone: str, **options: Any) -> CronTimes:
    return CronTimes(parse_cron(text, "job"), find_zone(zone), Schedule((), zone, (), **options))


def fire_times(times: CronTimes, start: Instant, end: Instant) -> list[Instant]:
    found, moment = [], times.after(start)
    while moment is not None and moment <= end:
        found.append(moment)
        moment = times.after(moment)
    return found


class Written(NamedTuple):
    """A field as text, and the values that it means by a reading of its own."""

    text: str
    values: frozenset[int]


def everything(first: int, last: int) -> st.SearchStrategy[Written]:
    return st.just(Written("*", frozenset(range(first, last + 1))))


def lists(first: int, last: int) -> st.SearchStrategy[Written]:
    values = st.lists(st.integers(first, last), min_size=1, max_size=4)
    return values.map(lambda v: Written(",".join(map(str, v)), frozenset(v)))


def fields(first: int, last: int) -> st.SearchStrategy[Written]:
    value = st.integers(first, last)
    step = st.integers(1, last)
    steps = step.map(lambda n: Written(f"*/{n}", frozenset(range(first, last + 1, n))))
    spans = (
        st.tuples(value, value).map(sorted).map(lambda v: Written(f"{v[0]}-{v[1]}", frozenset(range(v[0], v[1] + 1))))
    )
    return everything(first, last) | steps | lists(first, last) | spans


EXPRESSIONS = st.tuples(fields(0, 59), fields(0, 23), fields(1, 31), fields(1, 12), fields(0, 6))
_SMALL_HOURS = lists(0, 4) | lists(22, 23) | fields(0, 23)
NEAR_MIDNIGHT = st.tuples(
    fields(0, 59), _SMALL_HOURS, everything(1, 31), everything(1, 12), everything(0, 6)
) | st.tuples(lists(0, 59), _SMALL_HOURS, fields(1, 31), everything(1, 12), fields(0, 6))
Expression = tuple[Written, Written, Written, Written, Written]


def wants(expression: Expression) -> Callable[[int], bool]:
    """Whether a minute of the wall (since 1970) matches, by the words of crontab(5)."""
    minutes, hours, days, months, weekdays = expression
    either = not (days.text.startswith("*") or weekdays.text.startswith("*"))

    def match(wall: int) -> bool:
        t = datetime.fromtimestamp(wall * 60, UTC)
        day, weekday = t.day in days.values, t.isoweekday() % 7 in weekdays.values
        right_day = (day or weekday) if either else (day and weekday)
        return t.minute in minutes.values and t.hour in hours.values and t.month in months.values and right_day

    return match


def wall_minute(minute: int, zone: tzinfo) -> int:
    return int(datetime.fromtimestamp(minute * 60, zone).replace(tzinfo=UTC).timestamp()) // 60


def judge(expression: Expression, zone: tzinfo, start: Instant, end: Instant) -> list[Instant]:
    """The fire times in (start, end]: wake up every minute, look at the wall, and do as cron(8) says."""
    match = wants(expression)
    fixed_time = not (expression[0].text.startswith("*") or expression[1].text.startswith("*"))
    found = []
    minute = (start - 6 * HOUR) // MINUTE
    expected = repeated_until = wall_minute(minute, zone)
    while minute * MINUTE <= end:
        wall = wall_minute(minute, zone)
        jump = wall - expected
        if -180 <= jump < 0:
            repeated_until = expected
        elif abs(jump) > 180:
            repeated_until = wall
        made_up = fixed_time and 0 < jump <= 180 and any(map(match, range(expected, wall)))
        if made_up or (match(wall) and not (fixed_time and wall < repeated_until)):
            found.append(minute * MINUTE)
        minute, expected = minute + 1, wall + 1
    return [moment for moment in found if moment > start]


@pytest.mark.parametrize("line", _CASES, ids=lambda line: json.loads(line)["id"])
def test_next_fire_times_are_those_of_debian(line: str) -> None:
    case = json.loads(line)
    times, moments = cron_times(case["expr"], case["tz"]), [instant(case["start"])]
    for _ in case["expected_next"]:
        moments.append(times.after(moments[-1]) or 0)
    assert moments[1:] == [instant(text) for text in case["expected_next"]]


@pytest.mark.parametrize(
    ("text", "zone", "start", "expected"),
    [
        ("30 1 * * *", "Antarctica/Casey", "2020-10-03T15:00Z", ["2020-10-03T16:01Z", "2020-10-04T14:30Z"]),
        ("0 0-3 * * *", "Antarctica/Casey", "2020-10-03T15:30Z", ["2020-10-03T16:00Z", "2020-10-03T16:01Z"]),
        ("*/30 1 * * *", "Antarctica/Casey", "2020-10-03T15:00Z", ["2020-10-04T14:00Z"]),
        ("30 23 * * *", "Antarctica/Casey", "2021-03-13T12:00Z", ["2021-03-13T12:30Z", "2021-03-14T15:30Z"]),
        ("0 12 * * *", "Pacific/Apia", "2011-12-29T12:00Z", ["2011-12-29T22:00Z", "2011-12-30T22:00Z"]),
        ("0 12 1 * *", "Pacific/Kwajalein", "1969-09-30T12:30Z", ["1969-10-02T00:00Z", "1969-11-02T00:00Z"]),
        ("0 12 30 * *", "Pacific/Kwajalein", "1969-09-29T20:00Z", ["1969-09-30T01:00Z", "1969-10-01T00:00Z"]),
    ],
)
def test_jump_is_a_clock_change_up_to_three_hours_and_downtime_beyond(
    text: str, zone: str, start: str, expected: list[str]
) -> None:
    times = cron_times(text, zone)
    known = [instant(moment) for moment in expected]
    assert fire_times(times, instant(start), known[-1]) == known


@settings(derandomize=True, deadline=None, max_examples=100)
@given(EXPRESSIONS, st.integers(0, 2**31).map(lambda s: s * SECOND), st.integers(0, MINUTE))
def test_fire_times_match_the_wall_when_the_zone_is_utc(expression: Expression, start: Instant, rest: int) -> None:
    start, end = start + rest, start + rest + 2 * DAY
    times = cron_times(" ".join(field.text for field in expression), "UTC")
    assert fire_times(times, start, end) == judge(expression, UTC, start, end)


@settings(derandomize=True, deadline=None, max_examples=250)
@given(NEAR_MIDNIGHT, st.sampled_from(_CHANGES), st.integers(-24 * HOUR, 4 * HOUR))
def test_fire_times_follow_cron8_when_the_clock_changes(
    expression: Expression, change: tuple[str, str], away: int
) -> None:
    zone, moment = change
    start, end = instant(moment) + away, instant(moment) + away + 30 * HOUR
    times = cron_times(" ".join(field.text for field in expression), zone)
    assert fire_times(times, start, end) == judge(expression, ZoneInfo(zone), start, end)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    NEAR_MIDNIGHT,
    st.sampled_from(sorted(available_timezones() - {"localtime"})),
    st.datetimes(datetime(1920, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(-20 * HOUR, 4 * HOUR),
)
def test_fire_times_follow_cron8_at_every_change_that_any_zone_has_known(
    expression: Expression, name: str, around: datetime, away: int
) -> None:
    before = find_zone(name).stretch(int(around.timestamp()))
    after = find_zone(name).stretch(min(before.end, int(around.timestamp()) + 2 * 10**9))
    assume(before.offset % 60 == after.offset % 60 == after.start % 60 == 0)
    start, end = after.start * SECOND + away, after.start * SECOND + away + 24 * HOUR
    times = cron_times(" ".join(field.text for field in expression), name)
    assert fire_times(times, start, end) == judge(expression, ZoneInfo(name), start, end)


@pytest.mark.parametrize(
    ("text", "gap", "expected"),
    [
        ("30 1 * * *", DstGap.SHIFT, ["02:00"]),
        ("30 1 * * *", DstGap.SKIP, []),
        ("30 1 * * *", DstGap.EACH, ["02:00"]),
        ("0,30 1 * * *", DstGap.SHIFT, ["02:00"]),
        ("0,30 1 * * *", DstGap.EACH, ["02:00", "02:01"]),
        ("0,20,40 1,2 * * *", DstGap.SKIP, ["02:00", "02:20", "02:40"]),
        ("0,20,40 1,2 * * *", DstGap.EACH, ["02:00", "02:01", "02:02", "02:20", "02:40"]),
        ("20 30 1 * * *", DstGap.SHIFT, ["02:00"]),
        ("*/20 30 1,2 * * *", DstGap.SHIFT, ["02:00", "02:30", "02:30:20", "02:30:40"]),
        ("*/30 1 * * *", DstGap.EACH, []),
    ],
)
def test_times_that_a_gap_skips_fire_as_the_schedule_says(text: str, gap: DstGap, expected: list[str]) -> None:
    start, end = instant("2026-03-29T00:00Z"), instant("2026-03-29T02:00Z") - 1
    known = [instant(f"2026-03-29T{moment}+01:00") for moment in expected]
    for asked in (start, start - 1, start + 1, start + HOUR // 2):
        assert fire_times(cron_times(text, "Europe/London", dst_gap=gap), asked, end) == known
    times = cron_times(text, "Europe/London", dst_gap=gap)
    for before, after in reversed(list(pairwise([start, *known]))):
        assert times.after(before) == times.after(after - 1) == after


@pytest.mark.parametrize(
    ("text", "overlap", "expected"),
    [
        ("30 1 * * *", DstOverlap.FIRST, ["01:30+01:00"]),
        ("30 1 * * *", DstOverlap.SECOND, ["01:30+00:00"]),
        ("30 1 * * *", DstOverlap.BOTH, ["01:30+01:00", "01:30+00:00"]),
        ("0 1,2 * * *", DstOverlap.SECOND, ["01:00+00:00", "02:00+00:00"]),
        ("45 0-1 * * *", DstOverlap.SECOND, ["00:45+01:00", "01:45+00:00"]),
        ("0-59/30 1 * * *", DstOverlap.BOTH, ["01:00+01:00", "01:30+01:00", "01:00+00:00", "01:30+00:00"]),
        ("*/30 1 * * *", DstOverlap.SECOND, ["01:00+01:00", "01:30+01:00", "01:00+00:00", "01:30+00:00"]),
    ],
)
def test_times_that_come_twice_fire_as_the_schedule_says(text: str, overlap: DstOverlap, expected: list[str]) -> None:
    known = [instant(f"2026-10-25T{moment}") for moment in expected]
    start, end = instant("2026-10-24T23:00Z"), instant("2026-10-25T02:00Z")
    times = cron_times(text, "Europe/London", dst_overlap=overlap)
    assert fire_times(times, start, end) == known
    for before, after in pairwise([start, *known]):
        assert cron_times(text, "Europe/London", dst_overlap=overlap).after(before) == after
        assert times.after(after - 1) == after


@pytest.mark.parametrize(("zone", "moment"), _CHANGES)
@pytest.mark.parametrize("text", ["* * * * *", "0-59 0-23 * * *", "30 * * * *", "0,30 0,1,2,3,23 * * *"])
def test_answers_do_not_depend_on_where_the_question_starts(text: str, zone: str, moment: str) -> None:
    start, end = instant(moment) - 4 * HOUR, instant(moment) + 4 * HOUR
    known = fire_times(cron_times(text, zone), start, end)
    times = cron_times(text, zone)
    for before, after in pairwise(known):
        assert times.after(before) == after
        assert times.after(after - 1) == after


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.sampled_from(sorted(available_timezones())),
    st.integers(EARLIEST, LATEST) | st.integers(-90 * 366 * DAY, 90 * 366 * DAY),
    st.sampled_from(["* * * * *", "30 2 * * *", "0 0 * * *", "*/20 */5 * * *", "59 23 31 12 *", "0 0 29 2 *"]),
)
def test_answer_lies_strictly_after_the_question(zone: str, start: Instant, text: str) -> None:
    found = cron_times(text, zone).after(start)
    assert found is None or start < found
    assert found is not None or start > LATEST - 9 * 366 * DAY


@pytest.mark.parametrize("start", [-(10**30), 10**30, LATEST])
def test_answer_comes_when_the_question_is_beyond_the_calendar(start: Instant) -> None:
    found = cron_times("0 0 1 1 *", "Europe/London").after(start)
    assert (found is None) == (start > 0)


def test_last_moment_of_the_calendar_is_found_and_nothing_after_it() -> None:
    assert cron_times("59 23 31 12 *", "UTC").after(LATEST - DAY) == LATEST - 59 * SECOND
    assert cron_times("59 23 31 12 *", "UTC").after(LATEST - 59 * SECOND) is None
    assert cron_times("0 0 0 1 1 * 9999", "Asia/Tokyo").after(0) == instant("9998-12-31T15:00Z")
    assert cron_times("0 0 0 1 1 * 2020", "Asia/Tokyo").after(instant("2026-01-01T00:00Z")) is None


def test_rare_date_is_found_when_it_is_forty_years_away() -> None:
    sundays = cron_times("0 12 29 2 */7", "Europe/London")  # 2100 is no leap year
    assert sundays.after(instant("2088-02-29T12:00Z")) == instant("2128-02-29T12:00Z")
