"""Durations: what people write, what it means, and that writing it again gives the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.durations import LONGEST, format_duration, parse_duration
from sexton.model.errors import ScheduleError
from sexton.model.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", 90 * SECOND),
        ("5m", 5 * MINUTE),
        ("1h30m", 90 * MINUTE),
        ("2d", 2 * DAY),
        ("250ms", 250 * MILLISECOND),
        ("2w", 14 * DAY),
        ("1w2d3h4m5s6ms", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND + 6 * MILLISECOND),
        ("36500d", LONGEST),
    ],
)
def test_duration_is_read_when_units_are_given(text: str, duration: int) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "90s, 5m"),
        ("soon", "90s, 5m"),
        ("90", "no unit"),
        ("1h30", "no unit"),
        ("1.5h", "90s, 5m"),
        ("-5m", "90s, 5m"),
        ("5 m", "90s, 5m"),
        ("5min", "no such unit 'min'"),
        ("5M", "90s, 5m"),
        ("30m1h", "out of order"),
        ("1h1h", "out of order"),
        ("0s", "more than 0"),
        ("36501d", "at most 36500d"),
        ("٣s", "90s, 5m"),
        ("9" * 5000 + "s", "no unit"),
    ],
)
def test_duration_is_refused_with_advice_when_it_is_unclear(text: str, says: str) -> None:
    with pytest.raises(ScheduleError, match=says):
        parse_duration(text)


@pytest.mark.parametrize(
    ("duration", "text"),
    [(0, "0s"), (90 * MINUTE, "1h30m"), (90 * DAY, "90d"), (1_500_999, "1s500ms"), (-5 * SECOND, "-5s")],
)
def test_duration_is_written_in_its_largest_units(duration: int, text: str) -> None:
    assert format_duration(duration) == text


@settings(derandomize=True, deadline=None)
@given(st.integers(1, LONGEST // MILLISECOND))
def test_duration_is_the_same_when_written_and_read_again(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds * MILLISECOND)) == milliseconds * MILLISECOND
