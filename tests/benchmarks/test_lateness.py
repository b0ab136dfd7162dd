"""How late the starts came, from the stamps that their processes printed."""

import pytest

from benchmarks import stamp
from benchmarks.lateness import SECOND, lateness

AT = 1_795_000_000 * SECOND


def test_lateness_counts_from_the_full_second_of_each_start() -> None:
    assert lateness([AT + 3, AT + SECOND + 5, AT + 2 * SECOND + 4], 0) == [3, 5, 4]


def test_lateness_counts_from_the_phase_within_the_second() -> None:
    half = SECOND // 2
    assert lateness([AT + half + 3, AT + SECOND + half + 5], half) == [3, 5]


@pytest.mark.parametrize(
    "second", [AT + 2 * SECOND, AT + SECOND - 1], ids=["a second left out", "two starts in a second"]
)
def test_starts_that_are_not_one_in_each_second_are_an_error(second: int) -> None:
    with pytest.raises(ValueError, match="not one in each second"):
        lateness([AT + 3, second], 0)


@pytest.mark.parametrize(
    ("line", "found"),
    [("1795000000123456789", 1_795_000_000_123_456_789), ("17950000001234567890", None), ("Sexton 0.1.0", None)],
)
def test_only_a_line_of_nanoseconds_is_a_stamp(line: str, found: int | None) -> None:
    assert stamp.parse(line) == found
