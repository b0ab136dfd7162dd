"""The interval a run stands for."""

from bisect import bisect_left
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.intervals import previous_fire_time
from sexton.core.schedules.parse import parse_schedule
from sexton.core.slots import iso
from sexton.model.units import DAY, SECOND, Instant
from tests.core.listed import Listed


def instant(text: str) -> Instant:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


def before(text: str, fire_time: str, started: Instant = 0) -> str | None:
    found = previous_fire_time(FireTimes(parse_schedule([text], "UTC", "job"), started), instant(fire_time))
    return None if found is None else iso(found)


@pytest.mark.parametrize(
    ("schedule", "fire_time", "previous"),
    [
        ("*/5 * * * *", "2026-11-22T08:00Z", "2026-11-22T07:55:00Z"),
        ("0 8 * * *", "2026-11-22T08:00Z", "2026-11-21T08:00:00Z"),
        ("0 8 * * 1-5", "2026-11-23T08:00Z", "2026-11-20T08:00:00Z"),
        ("0 0 1 * *", "2026-03-01T00:00Z", "2026-02-01T00:00:00Z"),
        ("0 0 1 1 *", "2026-01-01T00:00Z", "2025-01-01T00:00:00Z"),
        ("0 0 29 2 *", "2104-02-29T00:00Z", "2096-02-29T00:00:00Z"),
    ],
)
def test_previous_fire_time_is_found_however_far_apart_they_lie(schedule: str, fire_time: str, previous: str) -> None:
    assert before(schedule, fire_time) == previous


def test_there_is_no_interval_when_the_first_fire_time_has_none_before_it() -> None:
    start = instant("2026-11-22T08:00Z")
    assert before("@every 1h from start", "2026-11-22T09:00Z", start) is None
    assert before("@every 1h from start", "2026-11-22T10:00Z", start) == "2026-11-22T09:00:00Z"


@settings(derandomize=True)
@given(st.sets(st.integers(0, 2000 * DAY // SECOND), min_size=1), st.data())
def test_previous_is_the_neighbour_in_any_list_of_fire_times(seconds: set[int], data: st.DataObject) -> None:
    listed = sorted(second * SECOND for second in seconds)
    here = data.draw(st.sampled_from(listed))
    place = bisect_left(listed, here)
    assert previous_fire_time(Listed(listed), here) == (listed[place - 1] if place else None)
