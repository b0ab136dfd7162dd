"""Ticks under steps of the wall clock, played through against a clock that nobody sets back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.schedules.lead import lead_after_step, lead_from, lead_until
from sexton.core.schedules.ticks import Ticks
from sexton.model.units import HOUR, MINUTE, SECOND, Moment

PERIOD = 5 * MINUTE
TICKS = Ticks(0, PERIOD)
_STEPS = st.tuples(st.integers(0, 20 * MINUTE), st.integers(-2 * HOUR, 2 * HOUR))


@settings(derandomize=True, deadline=None)
@given(st.lists(_STEPS, max_size=8))
def test_pauses_stay_under_two_periods_and_fire_times_ascend_whatever_is_done_to_the_clock(
    steps: list[tuple[int, int]],
) -> None:
    wall, elapsed = 1000 * HOUR, 0
    watermark, lead, ticked_at, keys = wall, 0, 0, []
    for pause, step in [*steps, (HOUR, 0)]:
        end = elapsed + pause
        while True:
            upcoming = TICKS.after(watermark)
            lead = lead_until(lead, watermark, upcoming)
            due = elapsed + max(0, upcoming - lead - wall)
            if due > end:
                break
            assert due - ticked_at < 2 * PERIOD
            wall, elapsed, ticked_at = wall + due - elapsed, due, due
            watermark = TICKS.until(wall + lead)
            keys.append(watermark)
        before = Moment(wall, elapsed)
        wall, elapsed = wall + end - elapsed + step, end
        lead = lead_after_step(lead, before, Moment(wall, elapsed))
    assert keys == sorted(set(keys))


def test_forward_step_takes_back_what_a_backward_step_gave() -> None:
    lead = lead_after_step(0, Moment(HOUR, 0), Moment(SECOND, SECOND))
    assert lead == HOUR
    assert lead_after_step(lead, Moment(0, 0), Moment(HOUR + SECOND, SECOND)) == 0
    assert lead_after_step(lead, Moment(0, 0), Moment(3 * HOUR, SECOND)) == 0


def test_lead_at_a_start_is_what_the_watermark_is_ahead() -> None:
    assert lead_from(HOUR, MINUTE) == HOUR - MINUTE
    assert lead_from(MINUTE, HOUR) == 0
