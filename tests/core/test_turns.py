"""How many deliveries may go at once."""

import pytest

from sexton.core.turns import AT_ONCE, IN_ALL, SLOW, has_room, next_try, notice_pause, sink_pause
from sexton.model.units import HOUR, SECOND

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


def test_a_sink_is_left_alone_for_1_2_4_seconds_and_so_on_up_to_a_minute_or_as_it_has_asked() -> None:
    assert [sink_pause(number) // SECOND for number in range(1, 10)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert sink_pause(3, HOUR) == HOUR


@pytest.mark.parametrize(("tries", "is_ready"), [(1, True), (6, True), (7, False), (100, False)])
def test_a_notice_is_ready_with_its_sink_until_it_was_tried_for_a_minute(tries: int, is_ready: bool) -> None:
    assert (notice_pause(tries) <= sink_pause(tries)) is is_ready


def test_a_notice_is_given_up_when_it_has_waited_for_long_enough_and_not_a_moment_before() -> None:
    last = next_try(NOW, NOW - HOUR + 1, HOUR, tries=3)
    assert last == NOW + notice_pause(3)
    assert next_try(NOW, NOW - HOUR, HOUR, tries=3) is None
