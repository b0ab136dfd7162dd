"""What is due: every fire time decided once and in order, by the rules of grace and catch-up."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.due import CATCH_UP_CAP, Due, Missed, Start, decide_due
from sexton.model.job import CatchUp
from sexton.model.units import DAY, HOUR, MINUTE, Instant
from tests.core.listed import Listed

NOON = 20_000 * DAY + 12 * HOUR
HOURLY = Listed([NOON + hour * HOUR for hour in range(-300, 300)])


def due(watermark: Instant, now: Instant, catch_up: CatchUp = CatchUp.LAST, grace: int = HOUR) -> Sequence[Due]:
    return decide_due(HOURLY, watermark, now, grace, catch_up)


@pytest.mark.parametrize("catch_up", list(CatchUp))
def test_nothing_is_due_when_no_fire_time_has_come(catch_up: CatchUp) -> None:
    assert due(NOON, NOON + HOUR - 1, catch_up) == ()


@pytest.mark.parametrize("catch_up", list(CatchUp))
def test_a_fire_time_starts_when_it_comes(catch_up: CatchUp) -> None:
    assert due(NOON - 1, NOON, catch_up) == (Start(NOON),)


@pytest.mark.parametrize("catch_up", list(CatchUp))
def test_a_fire_time_starts_when_it_is_just_within_grace(catch_up: CatchUp) -> None:
    assert due(NOON - 1, NOON + 20 * MINUTE, catch_up, grace=20 * MINUTE) == (Start(NOON),)


LATE = NOON + 20 * MINUTE + 1


def test_a_misfire_is_missed_when_catch_up_is_none() -> None:
    assert due(NOON - 1, LATE, CatchUp.NONE, grace=20 * MINUTE) == (Missed(NOON, NOON, 1),)


def test_a_misfire_starts_when_catch_up_is_last_or_all() -> None:
    assert due(NOON - 1, LATE, CatchUp.LAST, grace=20 * MINUTE) == (Start(NOON),)
    assert [item.watermark for item in due(NOON - 1, LATE, CatchUp.ALL, grace=20 * MINUTE)] == [NOON]


@pytest.mark.parametrize("catch_up", [CatchUp.NONE, CatchUp.LAST])
def test_the_newest_starts_and_the_older_are_missed_when_several_are_due(catch_up: CatchUp) -> None:
    assert due(NOON - 1, NOON + 3 * HOUR, catch_up) == (Missed(NOON, NOON + 2 * HOUR, 3), Start(NOON + 3 * HOUR))


def test_all_are_missed_when_several_are_beyond_grace_and_catch_up_is_none() -> None:
    assert due(NOON - 1, NOON + 3 * HOUR + 1, CatchUp.NONE, grace=0) == (Missed(NOON, NOON + 3 * HOUR, 4),)


def test_all_start_oldest_first_when_catch_up_is_all() -> None:
    assert [type(item) for item in due(NOON - 1, NOON + 3 * HOUR, CatchUp.ALL)] == [Start] * 4


def test_the_oldest_up_to_the_cap_start_when_all_are_too_many() -> None:
    items = due(NOON - 200 * HOUR, NOON - MINUTE, CatchUp.ALL, grace=0)
    assert [item.watermark for item in items[:-1]] == [NOON - hour * HOUR for hour in range(199, 99, -1)]
    assert items[-1] == Missed(NOON - 99 * HOUR, NOON - HOUR, 99)


def test_the_newest_within_grace_starts_too_when_all_are_too_many() -> None:
    items = due(NOON - 200 * HOUR, NOON, CatchUp.ALL)
    assert items[CATCH_UP_CAP] == Missed(NOON - 99 * HOUR, NOON - HOUR, 99)
    assert items[CATCH_UP_CAP + 1].watermark == NOON
    assert len(items) == CATCH_UP_CAP + 2


def test_a_start_may_be_skipped_when_it_comes_in_time_by_itself() -> None:
    assert [item.waits for item in due(NOON - 1, NOON, CatchUp.ALL) if isinstance(item, Start)] == [False]


def test_starts_wait_for_each_other_when_they_are_caught_up() -> None:
    together = due(NOON - 1, NOON + 2 * HOUR, CatchUp.ALL)
    assert [item.waits for item in together if isinstance(item, Start)] == [True] * 3
    late = due(NOON - 1, LATE, CatchUp.ALL, grace=20 * MINUTE)
    assert [item.waits for item in late if isinstance(item, Start)] == [True]


# Against the words of the rule

INSTANTS = st.sets(st.integers(0, 5000), max_size=400).map(sorted)
GRACES = st.sampled_from([0, 1, 30, 400, 10_000])


def by_the_book(found: Sequence[Instant], now: Instant, grace: int, catch_up: CatchUp) -> tuple[set[int], set[int]]:
    """The fire times that start and those that are missed, in the words of the rule."""
    in_time = [time for time in found[-1:] if now - time <= grace]
    misfires = found[: len(found) - len(in_time)]
    caught_up = {
        CatchUp.NONE: [],
        CatchUp.LAST: [] if in_time else misfires[-1:],
        CatchUp.ALL: misfires[:CATCH_UP_CAP],
    }[catch_up]
    starts = {*in_time, *caught_up}
    return starts, {*found} - starts


def spelt_out(times: Listed, items: Sequence[Due]) -> list[Instant]:
    """Every fire time that the items stand for, in their order."""
    said: list[Instant] = []
    for item in items:
        covered = [item.fire_time] if isinstance(item, Start) else times.between(item.first - 1, item.last)
        assert isinstance(item, Start) or (len(covered), covered[0]) == (item.number, item.first)
        assert item.watermark == covered[-1]
        said += covered
    return said


@settings(derandomize=True)
@given(INSTANTS, st.integers(-1, 5000), st.integers(0, 6000), GRACES, st.sampled_from(CatchUp))
def test_the_rule_holds_for_any_fire_times(
    listed: list[int], watermark: int, now: int, grace: int, catch_up: CatchUp
) -> None:
    times = Listed(listed)
    found = [time for time in listed if watermark < time <= now]
    items = decide_due(times, watermark, now, grace, catch_up)
    assert spelt_out(times, items) == found
    starts, _ = by_the_book(found, now, grace, catch_up)
    assert {item.fire_time for item in items if isinstance(item, Start)} == starts
    assert not any(isinstance(one, Missed) and isinstance(other, Missed) for one, other in pairwise(items))


@settings(derandomize=True)
@given(INSTANTS, st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 3))), GRACES, st.sampled_from(CatchUp))
def test_each_fire_time_is_decided_once_and_in_order_however_time_is_split(
    listed: list[int], ticks: list[tuple[int, int]], grace: int, catch_up: CatchUp
) -> None:
    """Time comes in ticks, and of what a tick finds only some items may be written before the next one."""
    times, watermark, decided = Listed(listed), -1, list[Instant]()
    for now, unwritten in [*sorted(ticks), (6000, 0)]:
        items = decide_due(times, watermark, now, grace, catch_up)
        written = items[: len(items) - unwritten] if unwritten else items
        decided += spelt_out(times, written)
        watermark = written[-1].watermark if written else watermark
    assert decided == listed
