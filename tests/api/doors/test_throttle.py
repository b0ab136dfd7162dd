"""Guessing tokens: how often, from where, and for how long it is over then."""

import pytest

from sexton.api.doors.throttle import MOST, REMEMBERED, Throttle
from sexton.model.errors import Refused
from sexton.model.units import MINUTE, SECOND
from tests.api.hands import HandClock


def guessing(address: str = "192.0.2.1", times: int = MOST) -> tuple[Throttle, HandClock, list[str]]:
    clock, reports = HandClock(), list[str]()
    throttle = Throttle(clock, reports.append)
    for _ in range(times):
        throttle.failed(address)
    return throttle, clock, reports


def refused(throttle: Throttle, address: str) -> bool:
    """Whether one more wrong token is one too many."""
    try:
        throttle.failed(address)
    except Refused as reason:
        return reason.kind == "too_many"
    return False


def test_an_address_is_refused_when_it_has_guessed_too_often() -> None:
    throttle, _, reports = guessing()
    assert refused(throttle, "192.0.2.1")
    assert len(reports) == 1


def test_an_address_is_not_refused_before_that() -> None:
    throttle, _, reports = guessing(times=MOST - 1)
    assert reports == []
    assert not refused(throttle, "192.0.2.1")


def test_an_address_is_heard_again_after_a_minute() -> None:
    throttle, clock, _ = guessing()
    clock.time += MINUTE - 1
    assert refused(throttle, "192.0.2.1")
    clock.time += 1
    assert not refused(throttle, "192.0.2.1")
    assert not refused(throttle, "192.0.2.1")


def test_one_does_not_lock_out_another() -> None:
    throttle, _, _ = guessing()
    assert not refused(throttle, "192.0.2.2")


@pytest.mark.parametrize(("other", "same"), [("2001:db8::ffff", True), ("2001:db8:0:1::1", False)])
def test_the_addresses_of_one_network_count_together(other: str, same: bool) -> None:
    throttle, _, _ = guessing("2001:db8::1")
    assert refused(throttle, other) is same


def test_the_oldest_is_forgotten_when_there_are_too_many() -> None:
    throttle, clock, _ = guessing("10.255.0.0")
    clock.time += SECOND
    for number in range(REMEMBERED):
        throttle.failed(f"10.0.{number // 256}.{number % 256}")
    assert not refused(throttle, "10.255.0.0")
    assert len(throttle._wrong) == REMEMBERED
