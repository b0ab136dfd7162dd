"""Zones as stretches of constant offset, against what the zone database says about every quarter of an hour."""

import sys
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from sexton.core.schedules.zones import LARGEST_CHANGE, Stretch, Zone, find_zone
from sexton.model.errors import ScheduleError

_SLICE = 1 << 25


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize("name", ["Europe/London", "Africa/Casablanca", "Asia/Gaza", "America/Recife", "Asia/Kolkata"])
def test_stretches_tell_the_offset_of_the_zone_database(name: str) -> None:
    zone, tz = find_zone(name), ZoneInfo(name)
    for at in range(seconds("2000-09-01T00:00Z"), seconds("2002-01-01T00:00Z"), 900):
        stretch = zone.stretch(at)
        offset = datetime.fromtimestamp(at, tz).utcoffset()
        assert stretch.start <= at < stretch.end
        assert offset is not None
        assert stretch.offset == offset.total_seconds()


def test_stretches_follow_each_other_without_a_hole() -> None:
    zone, at = find_zone("Europe/London"), seconds("1996-01-01T00:00Z")
    while at < seconds("2040-01-01T00:00Z"):
        stretch = zone.stretch(at)
        assert stretch.start <= at < stretch.end
        assert zone.stretch(stretch.end - 1) is stretch
        at = stretch.end


def test_stretch_remembers_the_gap_before_it() -> None:
    stretch = find_zone("Europe/London").stretch(seconds("2026-03-29T01:00Z"))
    local = seconds("2026-03-29T02:00Z")
    assert stretch.start == seconds("2026-03-29T01:00Z")
    assert (stretch.gap, stretch.resume, stretch.fresh) == (local - 3600, local, local)


def test_stretch_remembers_what_it_repeats() -> None:
    stretch = find_zone("Europe/London").stretch(seconds("2026-10-25T01:00Z"))
    assert stretch.start == seconds("2026-10-25T01:00Z")
    assert (stretch.gap, stretch.resume, stretch.fresh) == (None, None, seconds("2026-10-25T02:00Z"))


def test_stretch_remembers_nothing_when_the_jump_is_no_clock_change() -> None:
    stretch = find_zone("Pacific/Apia").stretch(seconds("2011-12-30T10:00Z"))
    assert (stretch.gap, stretch.resume, stretch.fresh) == (None, None, stretch.start + stretch.offset)


class Changing(tzinfo):
    """A zone that goes from UTC+2 to another offset at `at` seconds since 1970."""

    def __init__(self, at: int, hours: int) -> None:
        self._at = datetime.fromtimestamp(at, UTC)
        self._hours = hours

    def utcoffset(self, moment: datetime | None) -> None:
        return None

    dst = utcoffset

    def tzname(self, moment: datetime | None) -> None:
        return None

    def fromutc(self, moment: datetime) -> datetime:
        moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(timezone(timedelta(hours=2 if moment < self._at else self._hours)))


@pytest.mark.parametrize("hours", [5, 3, 1, -1])
@pytest.mark.parametrize("before", [0, 1, 1800, LARGEST_CHANGE])
def test_stretch_remembers_its_change_when_a_slice_ends_soon_after(hours: int, before: int) -> None:
    zone = Zone(Changing(50 * _SLICE - before, hours))
    stretch = zone.stretch(50 * _SLICE)
    assert stretch.start == 50 * _SLICE - before
    assert stretch.fresh == stretch.start + 3600 * max(2, hours)
    assert (stretch.gap is not None) == (hours > 2)


@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.parametrize("after", [0, 1, 1800, LARGEST_CHANGE - 1])
def test_stretch_knows_what_will_be_repeated_when_a_slice_ends_before_the_change(after: int, hours: int) -> None:
    zone = Zone(Changing(50 * _SLICE + after, hours))
    stretch = zone.stretch(50 * _SLICE - 1)
    assert stretch.end == 50 * _SLICE
    assert stretch.stale == min(stretch.end + 7200, 50 * _SLICE + after + 3600 * hours)


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Etc/GMT+5"])
def test_one_stretch_holds_for_ever_when_the_offset_is_fixed(name: str) -> None:
    zone = find_zone(name)
    assert zone.stretch(-(10**11)) is zone.stretch(10**11)


def test_utc_needs_no_zone_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zoneinfo", None)
    assert find_zone.__wrapped__("UTC").stretch(0).offset == 0
    with pytest.raises(ImportError):
        find_zone.__wrapped__("Europe/London")


def test_advice_is_to_install_tzdata_when_no_zones_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    with pytest.raises(ScheduleError, match="install tzdata"):
        find_zone("Europe/Nowhere")


def test_survey_stays_small_when_many_years_are_asked_for() -> None:
    zone = find_zone("Europe/London")
    answers: set[Stretch] = {zone.stretch(at) for at in range(-60 * _SLICE, 200 * _SLICE, _SLICE)}
    assert len(answers) == 260
    assert zone.stretch(seconds("2026-07-01T00:00Z")).offset == 3600
