"""Calendar expressions, against an independent reader of systemd.time(7), and where that has nothing to say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oncalendar import OnCalendar

from sexton.core.schedules.calendar import SHORTHANDS, parse_calendar, parse_calendar_days
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.parse import parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.units import MILLISECOND, SECOND, Instant

_END = datetime(2200, 1, 1, tzinfo=UTC)  # where systemd stops
_NAMES = ["Mon", "tue", "WED", "Thursday", "Fri", "saturday", "Sun"]


def moments(text: str, start: datetime, zone: str = "UTC") -> Iterator[datetime]:
    times = FireTimes(parse_schedule([f"calendar: {text}"], zone, "job"), 0)
    at: Instant | None = int(start.timestamp()) * SECOND
    while at is not None and (at := times.after(at)) is not None:
        yield datetime.fromtimestamp(at / SECOND, UTC)


def until_end(found: Iterator[datetime], number: int) -> list[datetime]:
    return [moment for moment in islice(found, number) if moment < _END]


@st.composite
def items(draw: st.DrawFn, low: int, high: int) -> str:
    first = draw(st.integers(low, high))
    last = draw(st.none() | st.integers(first + 1, high) if first < high else st.none())
    step = draw(st.none() | st.integers(1, high))
    return f"{first:02d}" + (f"..{last}" if last else "") + (f"/{step}" if step else "")


def parts(low: int, high: int) -> st.SearchStrategy[str]:
    return st.just("*") | st.lists(items(low, high), min_size=1, max_size=3).map(",".join)


@st.composite
def expressions(draw: st.DrawFn) -> str:
    weekdays = draw(st.just("") | st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3).map(",".join))
    span = draw(st.sampled_from(["", "Mon..Fri", "Tue-Thu,Sun"]))
    year = draw(st.sampled_from(["*-", "", "2027-", "2026..2028-", "26/2-"]))
    day = draw(parts(1, 31).map("-".__add__) | items(1, 28).map("~".__add__))
    clock = draw(st.just("") | st.tuples(parts(0, 23), parts(0, 59), parts(0, 59)).map(":".join))
    return " ".join(filter(None, [weekdays or span, f"{year}{draw(parts(1, 12))}{day}", clock]))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    expressions() | st.sampled_from(sorted(SHORTHANDS)),
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_fire_times_are_those_of_systemd(text: str, start: datetime) -> None:
    start = start.replace(microsecond=0)
    theirs = until_end(OnCalendar(text, start), 5)
    try:
        assert until_end(moments(text, start), 5) == theirs
    except ScheduleError as error:
        assume("can never fire" not in str(error) or theirs)
        raise


def times_of(text: str, start: str, number: int, zone: str = "UTC") -> list[str]:
    found = islice(moments(text, datetime.fromisoformat(start), zone), number)
    return [moment.isoformat(timespec="milliseconds").removesuffix("+00:00") for moment in found]


def test_seconds_may_have_decimals() -> None:
    assert times_of("*:*:0/12.5", "2026-11-22T00:00Z", 5) == [
        "2026-11-22T00:00:12.500",
        "2026-11-22T00:00:25.000",
        "2026-11-22T00:00:37.500",
        "2026-11-22T00:00:50.000",
        "2026-11-22T00:01:00.000",
    ]
    assert parse_calendar("*:*:59.99,0.25..1.25/0.5").seconds == tuple(
        each * MILLISECOND for each in (250, 750, 1250, 59_990)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri 2026-12-25T08:00", "2026-12-25T08:00:00.000"),
        ("Mon, Fri 12-25", "2026-12-25T00:00:00.000"),
        ("08:00 Europe/Berlin", "2026-11-22T07:00:00.000"),
        ("daily Asia/Tokyo", "2026-11-22T15:00:00.000"),
        ("Mon *-05~07/1", "2027-05-31T00:00:00.000"),
        ("Sun", "2026-11-29T00:00:00.000"),
    ],
)
def test_words_may_be_left_out_and_a_zone_stand_last(text: str, expected: str) -> None:
    assert times_of(text, "2026-11-22T00:00Z", 1, "America/New_York" if "Europe" in text else "UTC") == [expected]


def test_clock_changes_are_met_as_in_all_schedules() -> None:
    night = datetime(2026, 3, 29, tzinfo=UTC)
    assert next(moments("*-*-* 01:30", night, "Europe/London")) == night + timedelta(hours=1)
    assert next(moments("*-*-* *:30", night + timedelta(minutes=30), "Europe/London")) == night + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        ("", None, "as a calendar expression"),
        ("Mon 08:00 08:00", None, "no such zone|as a calendar expression"),
        ("Mon..Foo", "day of week", "'Foo' is no day of the week"),
        ("Sat..Mon", "day of week", "write two, Sat..Sun,Mon..Mon"),
        ("Mon,,Tue", "day of week", "a value is missing"),
        ("*-13-01", "month", "13 is out of range"),
        ("*-2-0", "day of month", "0 is out of range"),
        ("*-*~29", "day of month", "from 1 to 28"),
        ("1969-1-1", "year", "1969 is out of range"),
        ("2026", None, "cannot read the date '2026'"),
        ("1-2-3-4", None, "cannot read the date"),
        ("24:00", "hour", "24 is out of range"),
        ("*/5:00", "hour", "stands alone"),
        ("8:5..1", "minute", "write two, 5..59,0..1"),
        ("8:1/0", "minute", "a whole number from 1"),
        ("8:x", "minute", "'x' is no number"),
        ("8:00:60", "second", "from 0 to 59.99"),
        ("8:00:0/0", "second", "from 0 to 59.99"),
        ("8:00:0.001", "second", "hundredths"),
        ("8:00:0/0.05", "second", "1200 times a minute"),
        ("8:00:0x", "second", "no number of seconds"),
        ("8:00:00:00", None, "cannot read the time"),
        ("8:00 Europe/Berln", None, "did you mean Europe/Berlin"),
    ],
)
def test_text_is_refused_by_part_when_it_is_no_expression(text: str, field: str | None, says: str) -> None:
    with pytest.raises(ScheduleError, match=says) as caught:
        parse_calendar(text)
    assert caught.value.field == field


@pytest.mark.parametrize("text", ["Sat 12:00", "daily", "Sat UTC"])
def test_expression_is_no_set_of_days_when_it_has_a_time_or_a_zone(text: str) -> None:
    with pytest.raises(ScheduleError, match="whole days are meant"):
        parse_calendar_days(text)
