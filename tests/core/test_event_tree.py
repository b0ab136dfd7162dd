"""Names of events: which subscription covers which, and ticks of any length."""

import pytest

from sexton.core.event_tree import covers, known, period_of, periods


@pytest.mark.parametrize(
    ("name", "period"), [("TICK_5", 5), ("TICK_3", 3), ("TICK_0", None), ("TICK_05", None), ("TICK_", None)]
)
def test_a_tick_has_any_whole_number_of_seconds(name: str, period: int | None) -> None:
    assert period_of(name) == period


@pytest.mark.parametrize("name", ["TICK_1", "TICK_86400", "EVENT", "PROCESS_STATE", "PROCESS_GROUP_ADDED"])
def test_what_has_events_is_known(name: str) -> None:
    assert known(name)


@pytest.mark.parametrize("name", ["TICK_0", "TICK_99999999", "tick_5", "PROCESS", "PROCESS_STATE_", "TICK_5_", ""])
def test_what_has_none_is_not(name: str) -> None:
    assert not known(name)


@pytest.mark.parametrize(
    ("subscription", "name", "covered"),
    [
        ("EVENT", "PROCESS_LOG_STDOUT", True),
        ("EVENT", "TICK_5", True),
        ("EVENT", "TICK_7", False),
        ("TICK", "TICK_60", True),
        ("TICK", "TICK_7", False),
        ("TICK_7", "TICK_7", True),
        ("TICK_6", "TICK_60", False),
        ("PROCESS_STATE", "PROCESS_STATE_EXITED", True),
        ("PROCESS_STATE_EXITED", "PROCESS_STATE", False),
    ],
)
def test_a_subscription_covers_what_is_below_it(subscription: str, name: str, covered: bool) -> None:
    assert covers(subscription, name) == covered


def test_the_ticks_of_several_subscriptions_are_told_once_each() -> None:
    assert periods(["TICK_7", "TICK_5", "PROCESS_LOG"]) == {5, 7}
    assert periods(["TICK", "TICK_7"]) == {5, 7, 60, 3600}
