"""Instants on the wall of a zone, and back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.core.schedules.localtime import first_instant, local_iso, microseconds_of, midnight, read_time, written
from sexton.core.schedules.zones import find_zone
from sexton.model.errors import Refused
from sexton.model.units import SECOND

ZONES = ["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
BERLIN = find_zone("Europe/Berlin")


@given(st.integers(0, 4_000_000_000), st.sampled_from(ZONES))
def test_local_time_is_what_the_zone_database_says(at: int, zone: str) -> None:
    assert local_iso(at * SECOND, find_zone(zone)) == datetime.fromtimestamp(at, ZoneInfo(zone)).isoformat()


@given(st.integers(0, 2**52))
def test_an_instant_is_read_back_to_the_microsecond(instant: int) -> None:
    assert microseconds_of(local_iso(instant, BERLIN)) == instant


@given(st.integers(10**6, 4_000_000_000), st.sampled_from(ZONES))
def test_a_wall_time_names_every_instant_at_which_the_wall_shows_it(at: int, zone: str) -> None:
    shown = datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None)
    wall = (shown - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001
    found = written(wall, find_zone(zone))
    assert at * SECOND in found.instants
    folds = {shown.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert {datetime.fromtimestamp(one / SECOND, UTC) for one in found.instants} == folds


def test_a_skipped_time_is_no_instant_and_a_repeated_one_is_two() -> None:
    assert read_time("2026-03-29T02:30", BERLIN).instants == ()
    first, second = read_time("2026-10-25 02:30", BERLIN).instants
    assert (local_iso(first, BERLIN)[-6:], local_iso(second, BERLIN)[-6:]) == ("+02:00", "+01:00")


def test_a_limit_in_a_gap_is_the_end_of_the_gap() -> None:
    said = read_time("2026-03-29T02:30", BERLIN)
    assert local_iso(first_instant(said, BERLIN), BERLIN) == "2026-03-29T03:00:00+02:00"


def test_a_day_begins_when_the_gap_ends_where_its_midnight_is_skipped() -> None:
    havana = find_zone("America/Havana")
    assert local_iso(midnight(date(2026, 3, 8), havana), havana) == "2026-03-08T01:00:00-04:00"


def test_an_offset_counts_more_than_the_zone() -> None:
    (instant,) = read_time("2026-11-22T08:00:00Z", BERLIN).instants
    assert local_iso(instant, BERLIN) == "2026-11-22T09:00:00+01:00"
    assert read_time("2026-11-22T08:00:00Z", BERLIN) == read_time("2026-11-22T09:00", BERLIN)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "08:00", "0001-01-01", "9999-12-31T23:59-12:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_time(text, BERLIN)
    assert refusal.value.kind == "invalid"
