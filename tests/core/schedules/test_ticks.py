"""Intervals as arithmetic, against the instants written out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.schedules.ticks import Ticks, count_ticks, ticking
from sexton.model.units import MINUTE, SECOND

PERIODS = st.integers(1, 60)


@st.composite
def ticks(draw: st.DrawFn) -> Ticks:
    period = draw(PERIODS)
    return Ticks(draw(st.integers(0, period - 1)), period)


def written_out(each: Ticks, start: int, end: int) -> set[int]:
    """The ticks in (start, end]."""
    return {instant for instant in range(start + 1, end + 1) if instant % each.period == each.anchor}


@settings(derandomize=True, deadline=None)
@given(ticks(), st.integers(-500, 500))
def test_neighbours_are_found_on_both_sides(each: Ticks, instant: int) -> None:
    assert each.after(instant) == min(written_out(each, instant, instant + 100))
    assert each.until(instant) == max(written_out(each, instant - 100, instant))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(ticks(), ticks())
def test_shared_ticks_are_those_that_both_have(one: Ticks, other: Ticks) -> None:
    shared = one.meet(other)
    both = written_out(one, -1, 4000) & written_out(other, -1, 4000)
    assert both == (written_out(shared, -1, 4000) if shared else set())


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(ticks(), max_size=5), st.integers(-200, 200), st.integers(0, 500))
def test_instants_are_counted_once_when_intervals_coincide(rules: list[Ticks], start: int, length: int) -> None:
    union = set().union(*(written_out(each, start, start + length) for each in rules))
    assert count_ticks(rules, start, start + length) == len(union)


@settings(derandomize=True, deadline=None)
@given(
    st.sampled_from([SECOND, 45 * SECOND, 90 * SECOND, 7 * MINUTE, 1000 * MINUTE, 5000 * MINUTE, 7]),
    st.sampled_from([0, 30 * SECOND, 13 * MINUTE, 123_456]),
    st.integers(-(10**14), 10**14) | st.integers(-100, 100).map(lambda n: n * MINUTE),
    st.sampled_from([MINUTE, 15 * SECOND]),
)
def test_instants_on_a_grid_tick_when_the_interval_meets_them(period: int, anchor: int, origin: int, unit: int) -> None:
    each = Ticks(anchor % period, period)
    bits = ticking(each, origin, unit, 1440)
    assert [bits >> n & 1 for n in range(1440)] == [(origin + n * unit) % period == each.anchor for n in range(1440)]
    assert bits < 1 << 1440
