"""How long something took, in words."""

import pytest

from sexton.wire.spans import took


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0.0, "0ms"),
        (0.0124, "12ms"),
        (0.0996, "0.1s"),
        (1.42, "1.4s"),
        (59.94, "59.9s"),
        (59.96, "1m00s"),
        (123, "2m03s"),
        (3599.9, "1h00m"),
        (3900, "1h05m"),
        (273_600, "3d04h"),
        (-0.5, "0ms"),
    ],
)
def test_length_is_said_in_at_most_two_units(seconds: float | None, said: str) -> None:
    assert took(seconds) == said
