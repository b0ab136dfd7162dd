"""The fire times of whole schedules: merged, given once, counted without being visited."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.due import Start, decide_due
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.parse import parse_schedule
from sexton.core.schedules.zones import Stretch, Zone
from sexton.model.job import CatchUp
from sexton.model.schedule import DstGap, DstOverlap
from sexton.model.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Instant

_ZONES = ["UTC", "Europe/London", "Australia/Lord_Howe", "America/Havana", "Antarctica/Troll", "Asia/Kathmandu"]
_CHANGES = ["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-04-04T15:00Z", "2026-03-08T05:00Z", "2026-11-01T05:00Z"]
_TEXTS = [
    "*/20 * * * *",
    "30 1,2 * * *",
    "0 0 * * *",
    "15-45/10 0-3 * * *",
    "*/30 */2 * * 0,3",
    "@hourly",
    "@reboot",
    "@every 40m",
    "@every 90m",
    "@every 1h30s",
    "@every 50m from start",
    "@every 1h from start",
    "*/20 30 1,2 * * *",
    "20 0,30 * * * *",
    "* * 1-2 * * 0,3",
    "calendar: *-*-* 00..03:0/15:0/22.5",
    "calendar: *-*-* 01..02:0/20 Asia/Kathmandu",
]
_LEFT_OUT = ["2026-03-29", "calendar: Sun", "calendar: *-10..11-20..28", "2026-11-01"]


def instant(text: str) -> Instant:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


def fire_times(*texts: str, zone: str = "UTC", started: Instant = 0, **options: Any) -> FireTimes:
    return FireTimes(parse_schedule(texts, zone, "job", **options), started)


def visited(times: FireTimes, after: Instant, until: Instant) -> list[Instant]:
    found, moment = [], times.after(after)
    while moment is not None and moment <= until:
        found.append(moment)
        moment = times.after(moment)
    return found


def test_rules_are_merged_in_order_and_given_once_when_they_coincide() -> None:
    times = fire_times("0 8,9 * * *", "30 8 * * *", "0 9 * * *", "@every 12h")
    day = instant("2026-11-22T00:00Z")
    assert visited(times, day, day + DAY) == [
        day + 8 * HOUR, day + 8 * HOUR + 30 * MINUTE, day + 9 * HOUR, day + 12 * HOUR, day + DAY
    ]  # fmt: skip


def test_intervals_tick_with_the_clock() -> None:
    times = fire_times("@every 5m")
    noon = instant("2026-11-22T12:00Z")
    assert visited(times, noon - 1, noon + 10 * MINUTE) == [noon, noon + 5 * MINUTE, noon + 10 * MINUTE]


def test_intervals_from_start_begin_one_period_after_the_start() -> None:
    started = instant("2026-11-22T12:00Z") + 17 * MILLISECOND
    times = fire_times("@every 5m from start", started=started)
    assert times.after(started - DAY) == started + 5 * MINUTE
    assert times.after(started) == started + 5 * MINUTE
    assert times.after(started + 5 * MINUTE) == started + 10 * MINUTE
    assert times.count(started - DAY, started + 5 * MINUTE - 1) == (0, None, None)
    assert times.count(started - DAY, started + 11 * MINUTE) == (2, started + 5 * MINUTE, started + 10 * MINUTE)


def test_start_itself_is_no_fire_time_when_intervals_count_from_it() -> None:
    noon = instant("2026-11-22T12:00Z")
    times = fire_times("@every 50m from start", "@every 1h", started=noon + MINUTE)
    assert times.count(noon - 1, noon + 2 * MINUTE) == (1, noon, noon)


def test_at_start_gives_no_fire_times() -> None:
    times = fire_times("@reboot")
    assert times.after(0) is None
    assert times.count(0, 2**61) == (0, None, None)


def test_fire_time_itself_counts_at_the_end_and_not_at_the_beginning() -> None:
    times = fire_times("0 8 * * *")
    eight = instant("2026-11-22T08:00Z")
    assert times.count(eight, eight + DAY) == (1, eight + DAY, eight + DAY)
    assert times.count(eight, eight + DAY - 1) == (0, None, None)
    assert times.count(eight - 1, eight) == (1, eight, eight)
    assert times.count(eight, eight) == times.count(eight, eight - DAY) == (0, None, None)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=4),
    st.sampled_from(_ZONES),
    st.sampled_from(_CHANGES).map(instant),
    st.integers(-30 * HOUR, 30 * HOUR),
    st.integers(0, 60 * HOUR),
    st.integers(-40 * HOUR, 40 * HOUR),
    st.fixed_dictionaries(
        {},
        optional={
            "left_out": st.lists(st.sampled_from(_LEFT_OUT), min_size=1, max_size=2),
            "dst_gap": st.sampled_from(DstGap),
            "dst_overlap": st.sampled_from(DstOverlap),
        },
    ),
)
def test_count_is_what_visiting_finds(
    texts: list[str], zone: str, change: Instant, away: int, length: int, started: int, options: dict[str, Any]
) -> None:
    times = fire_times(*texts, zone=zone, started=change + started, **options)
    after, until = change + away, change + away + length
    found = visited(times, after, until)
    assert times.count(after, until) == (len(found), found[0] if found else None, found[-1] if found else None)


def test_far_days_are_found_without_looking_at_every_clock_change_before_them() -> None:
    times = fire_times("@every 1h", "0 0 1 1 *", zone="Europe/London", left_out=["calendar: 2027..9998-*-*"])
    before = Zone.stretch
    asked = 0

    def counted(zone: Zone, at: int) -> Stretch:
        nonlocal asked
        asked += 1
        return before(zone, at)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Zone, "stretch", counted)
        assert times.after(instant("2026-12-31T23:00Z")) == instant("9999-01-01T00:00Z")
    assert asked < 20


@pytest.mark.parametrize("gap", DstGap)
@pytest.mark.parametrize("zone", ["America/Nuuk", "Europe/London"])
def test_count_is_what_visiting_finds_when_what_a_gap_skipped_coincides(zone: str, gap: DstGap) -> None:
    times = fire_times("0-45/15 0-3,23 * * *", zone=zone, dst_gap=gap)  # Nuuk's gap ends at midnight
    after, until = instant("2026-03-26T00:00Z"), instant("2026-04-02T00:00Z")
    found = visited(times, after, until)
    assert times.count(after, until) == (len(found), found[0], found[-1])


@pytest.mark.parametrize("start", ["1939-09-01T00:00Z", "1971-12-31T00:00Z", "2011-12-29T00:00Z"])
@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Africa/Monrovia", "Pacific/Apia", "Africa/Freetown"])
def test_count_is_what_visiting_finds_when_offsets_are_odd(zone: str, start: str) -> None:
    times = fire_times("10 */6 * * *", "0 1-5 * * *", "@every 4h", zone=zone)
    after, until = instant(start), instant(start) + 120 * DAY
    found = visited(times, after, until)
    assert times.count(after, until) == (len(found), found[0], found[-1])


def test_half_a_century_is_counted_exactly() -> None:
    after, until = instant("2000-01-01T00:00Z"), instant("2050-01-01T00:00Z")
    days = (until - after) // DAY
    assert fire_times("@every 1s").count(after, until) == (days * 86_400, after + SECOND, until)
    assert fire_times("0 0 * * *", "*/30 1 * * *").count(after, until) == (days * 3, after + HOUR, until)
    assert fire_times("* * * * *", "@every 1s", "@every 90s").count(after, until)[0] == days * 86_400


def test_days_left_out_are_those_of_the_wall() -> None:
    zone, day = "America/New_York", instant("2026-12-25T05:00Z")  # midnight there
    times = fire_times("0 0,12 * * *", "@every 6h", zone=zone, left_out=["2026-12-25"])
    assert visited(times, day - HOUR, day + DAY) == [day + DAY]
    assert visited(times, day - 6 * HOUR, day) == [day - 5 * HOUR]


@pytest.mark.parametrize("texts", [["@every 40m"], ["@every 40m", "*/20 * * * *"], ["@every 7m from start"]])
def test_days_left_out_count_nothing(texts: list[str]) -> None:
    start = instant("2026-03-26T12:00Z")
    times = fire_times(*texts, zone="Europe/London", started=start, left_out=["calendar: Fri,Sun"])
    found = visited(times, start, start + 7 * DAY)
    assert times.count(start, start + 7 * DAY) == (len(found), found[0], found[-1])


def test_nothing_fires_when_every_day_to_come_is_left_out() -> None:
    times = fire_times("@daily", "@every 1h", left_out=["calendar: 2026..9999-*-*"])
    assert times.after(instant("2025-12-31T22:00Z")) == instant("2025-12-31T23:00Z")
    assert times.after(instant("2025-12-31T23:00Z")) is None


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.sampled_from(["30 1,2 * * *", "*/20 * * * *", "0,59 0-3 * * *", "@every 40m", "15 30 1 * * *"]),
    st.sampled_from(_ZONES),
    st.sampled_from(_CHANGES).map(instant),
    st.lists(st.integers(0, 12 * HOUR), max_size=12),
    st.sampled_from(DstGap),
    st.sampled_from(DstOverlap),
)
def test_no_fire_time_is_lost_or_repeated_when_sexton_starts_anew_at_any_moment(
    text: str, zone: str, change: Instant, starts: list[int], gap: DstGap, overlap: DstOverlap
) -> None:
    """What was decided is remembered as a watermark, an instant; so restarts in a repeated hour change nothing."""
    options: dict[str, Any] = {"dst_gap": gap, "dst_overlap": overlap}
    begin, end = change - 6 * HOUR, change + 6 * HOUR
    watermark, decided = begin, []
    for now in [*sorted(begin + each for each in starts), end]:
        for due in decide_due(fire_times(text, zone=zone, **options), watermark, now, HOUR, CatchUp.ALL):
            assert isinstance(due, Start)
            decided.append(due.fire_time)
            watermark = due.watermark
    assert decided == visited(fire_times(text, zone=zone, **options), begin, end)


def test_the_last_of_many_is_a_fire_time_also_when_the_range_ends_in_a_day_that_has_none_yet() -> None:
    times = FireTimes(parse_schedule(["35 10 * * *"], "Europe/Berlin", "job"), 0)
    start = 20_000 * DAY + 12 * HOUR
    for hours in range(200, 248):
        number, _, last = times.count(start, start + hours * HOUR)
        visited, at = 0, times.after(start)
        while at is not None and at <= start + hours * HOUR:
            visited, newest, at = visited + 1, at, times.after(at)
        assert (number, last) == (visited, newest)
