"""Rules that want few days, near clock changes: a rule that has not been asked before is asked from every minute, and
the wall read minute by minute is the judge. Far from the next wanted day, a search is tempted to leap too far.

Which days a rule wants is taken from its calendar, which knows no clocks and has tests of its own.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sexton.core.schedules.clockchange import CronTimes
from sexton.core.schedules.cron import parse_cron
from sexton.core.schedules.days import Calendar
from sexton.core.schedules.localtime import calendar_day
from sexton.core.schedules.parse import parse_left_out
from sexton.core.schedules.ticks import next_open
from sexton.core.schedules.zones import find_zone
from sexton.model.schedule import Days, DstGap, DstOverlap, Schedule
from sexton.model.units import MINUTE, SECOND, Instant

_AROUND = 3 * 60 + 30
_DAY = 24 * 60
_CHANGES = [
    ("Europe/London", "2026-10-25T01:00Z"),
    ("Europe/London", "2026-03-29T01:00Z"),
    ("America/New_York", "2026-11-01T06:00Z"),
    ("America/Havana", "2026-11-01T05:00Z"),  # back to midnight
    ("America/Santiago", "2026-04-05T03:00Z"),  # back over midnight into the day before
    ("America/St_Johns", "2010-11-07T02:31Z"),  # the same, one minute after it
    ("America/Scoresbysund", "2026-10-25T01:00Z"),
    ("America/Nuuk", "2026-03-29T01:00Z"),  # a gap that ends at midnight
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),  # half an hour
    ("Antarctica/Troll", "2026-10-25T01:00Z"),  # two hours
    ("Antarctica/Casey", "2021-03-13T13:00Z"),  # three hours
    ("Antarctica/Casey", "2020-10-03T16:01Z"),
    ("Africa/Casablanca", "2026-03-22T02:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00Z"),  # a day skipped
    ("Pacific/Kwajalein", "1969-09-30T13:00Z"),  # 23 hours back
]


class Times(NamedTuple):
    """The fields of minute and hour, and the values that they mean."""

    text: str
    minutes: Sequence[int]
    hours: Sequence[int]

    @property
    def fixed(self) -> bool:
        return "*" not in self.text


_TIMES = [
    Times("30 1", [30], [1]),
    Times("*/30 1", [0, 30], [1]),
    Times("*/30 0-1", [0, 30], [0, 1]),
    Times("* 1", range(60), [1]),
    Times("15,45 0,2,23", [15, 45], [0, 2, 23]),
    Times("*/20 23", [0, 20, 40], [23]),
    Times("45 22-23", [45], [22, 23]),
    Times("0-59/7 0-3", range(0, 60, 7), range(4)),
    Times("59 *", [59], range(24)),
]
_DAYS: list[Callable[[date], str]] = [  # fields that want this day, or one beside it, and then none for long
    lambda day: f"* * {day.isoweekday()}",
    lambda day: f"{day.day} {day.month} *",
    lambda day: f"{day.day} {day.month} * {max(day.year, 1970)}",
    lambda day: f"* {day.month} {day.isoweekday()}#{(day.day - 1) // 7 + 1}",
    lambda day: f"* {day.month} {day.isoweekday()}L",
    lambda day: f"L-{(date(day.year + day.month // 12, day.month % 12 + 1, 1) - day).days - 1} {day.month} *",
    lambda day: f"{day.day}W {day.month} *",
    lambda day: f"LW {day.month} *",
]
_ANY_CHANGE = st.tuples(
    st.sampled_from(sorted(available_timezones() - {"localtime"})),
    st.datetimes(datetime(1920, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(str),  # noqa: DTZ001
)


class Wall:
    """What the wall clock shows in each minute around a clock change, and what is told twice or never."""

    def __init__(self, zone: str, change: int) -> None:
        self.first, self.last = change - _AROUND - _DAY, change + _AROUND + _DAY
        tz = ZoneInfo(zone)
        local = [datetime.fromtimestamp(minute * 60, tz) for minute in range(self.first, self.last)]
        self.shows = [int(moment.replace(tzinfo=UTC).timestamp()) // 60 for moment in local]
        self.jumps = [at for at, (one, two) in enumerate(pairwise(self.shows), 1) if two != one + 1]

    def passes(self, overlap: DstOverlap) -> set[int]:
        """The places that fixed times pass over, for they are told in another pass."""
        passed: set[int] = set()
        for at in self.jumps:
            back = self.shows[at - 1] + 1 - self.shows[at]
            if 0 < back <= 180 and overlap is DstOverlap.FIRST:
                passed.update(range(at, at + back))
            if 0 < back <= 180 and overlap is DstOverlap.SECOND:
                passed.update(range(at - back, at))
        return passed

    def fire_times(self, wants: Callable[[int], bool], fixed: bool, gap: DstGap, overlap: DstOverlap) -> list[Instant]:
        passed = self.passes(overlap) if fixed else set()
        found = {at for at, shown in enumerate(self.shows) if at not in passed and wants(shown)}
        for at in self.jumps if fixed and gap is not DstGap.SKIP else ():
            skipped = range(self.shows[at - 1] + 1, self.shows[at])
            number = sum(map(wants, skipped)) if len(skipped) <= 180 else 0
            found.update(range(at, at + (min(number, 1) if gap is DstGap.SHIFT else number)))
        return [(self.first + at) * MINUTE for at in sorted(found)]


def change_near(zone: str, moment: str) -> int:
    """The minute since 1970 of the first clock change at or after `moment`."""
    at = int(datetime.fromisoformat(moment).timestamp())
    return find_zone(zone).stretch(find_zone(zone).stretch(at - 1).end).start // 60


def wall_day(zone: str, change: int, away: int) -> date:
    return datetime.fromtimestamp(change * 60, ZoneInfo(zone)).date() + timedelta(days=away)


def rule_text(times: Times, days: str) -> str:
    return f"0 {times.text} {days}" if days.count(" ") == 3 else f"{times.text} {days}"


def questions(change: int, known: list[Instant]) -> list[Instant]:
    every = [minute * MINUTE for minute in range(change - _AROUND, change + _AROUND)]
    return every + [moment + aside for moment in (change * MINUTE, *known) for aside in (-1, 0, 1, 30 * SECOND)]


def check_every_answer(zone: str, change: int, text: str, times: Times, gap: DstGap, overlap: DstOverlap) -> None:
    rule = parse_cron(text, "job")
    calendar = Calendar(rule.days)
    wall = Wall(zone, change)
    days = {day for day in range(wall.shows[0] // _DAY - 2, wall.shows[-1] // _DAY + 3) if calendar.has(day)}

    def wants(shown: int) -> bool:
        day, minute = divmod(shown, _DAY)
        return minute % 60 in times.minutes and minute // 60 in times.hours and day in days

    known = wall.fire_times(wants, times.fixed, gap, overlap)
    schedule = Schedule((), zone, (), dst_gap=gap, dst_overlap=overlap)
    for asked in questions(change, known):
        place = bisect_right(known, asked)
        found = CronTimes(rule, find_zone(zone), schedule).after(asked)
        if place < len(known):
            assert found == known[place], (text, zone, gap, overlap, asked, known)
        else:
            assert found is None or found >= wall.last * MINUTE, (text, zone, gap, overlap, asked, known)


@pytest.mark.parametrize("overlap", DstOverlap)
@pytest.mark.parametrize(("zone", "moment"), _CHANGES)
def test_no_pass_is_leapt_over_when_the_next_wanted_day_is_far(zone: str, moment: str, overlap: DstOverlap) -> None:
    change = change_near(zone, moment)
    for times in _TIMES:
        for away in (-1, 0):
            days = _DAYS[1 if times.fixed else 0](wall_day(zone, change, away))
            check_every_answer(zone, change, rule_text(times, days), times, DstGap.SHIFT, overlap)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(
    st.sampled_from(_CHANGES) | _ANY_CHANGE,
    st.sampled_from(_TIMES),
    st.sampled_from(_DAYS),
    st.integers(-1, 1),
    st.sampled_from(DstGap),
    st.sampled_from(DstOverlap),
)
def test_fresh_rule_answers_as_the_wall_does_when_it_wants_few_days(
    around: tuple[str, str], times: Times, days: Callable[[date], str], away: int, gap: DstGap, overlap: DstOverlap
) -> None:
    zone, change = around[0], change_near(*around)
    before = find_zone(zone).stretch(change * 60 - 1)
    after = find_zone(zone).stretch(change * 60)
    assume(abs(change) < 10**8 and before.offset % 60 == after.offset % 60 == after.start % 60 == 0)
    text = rule_text(times, days(wall_day(zone, change, away)))
    check_every_answer(zone, change, text, times, gap, overlap)


@pytest.mark.parametrize(("zone", "moment"), _CHANGES[:-1])  # days are left out since 1970
def test_open_day_is_found_again_when_the_clock_goes_back_into_it(zone: str, moment: str) -> None:
    change = change_near(zone, moment)
    today = (wall_day(zone, change, 0) - date(1970, 1, 1)).days
    closed = tuple(parse_left_out(str(calendar_day(today + away))) for away in range(1, 12) if away != 5)
    for left_out in (closed, closed[1:], (*closed, parse_left_out(str(calendar_day(today))))):
        calendar = Calendar(Days(days=-1, months=-1, weekdays=-1), left_out)
        wall = Wall(zone, change)
        opened = [at for at, shown in enumerate(wall.shows) if calendar.has(shown // _DAY)]
        for asked in range(_DAY, _DAY + 2 * _AROUND):
            place = bisect_right(opened, asked - 1)
            found = next_open(find_zone(zone), calendar, (wall.first + asked) * MINUTE)
            assert found is not None
            if place < len(opened):
                assert found == (wall.first + opened[place]) * MINUTE
            else:
                assert found >= wall.last * MINUTE
