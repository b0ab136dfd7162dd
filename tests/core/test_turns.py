"""How many deliveries may go at once."""

import pytest

from sexton.core.turns import AT_ONCE, IN_ALL, SLOW, has_room

NOW = 1000 * SLOW


@pytest.mark.parametrize(
    ("young", "old", "room"),
    [
        (0, 0, True),
        (AT_ONCE - 1, 0, True),
        (AT_ONCE, 0, False),
        (AT_ONCE - 1, IN_ALL - AT_ONCE, True),
        (AT_ONCE, 1, False),
        (0, IN_ALL, False),
    ],
)
def test_there_is_room_while_few_are_young_and_not_too_many_go_in_all(young: int, old: int, room: bool) -> None:
    begun = [NOW - SLOW + 1] * young + [NOW - SLOW] * old
    assert has_room(begun, NOW) is room
