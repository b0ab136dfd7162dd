"""When notices may go out, by the wall of a zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sexton.core.quiet import not_before
from sexton.core.schedules.zones import find_zone
from sexton.model.notice import Quiet, Rule
from sexton.model.units import HOUR, MINUTE, Instant

BERLIN = find_zone("Europe/Berlin")
NIGHT = Rule("ops", quiet=(Quiet(22 * HOUR, 7 * HOUR),))


def at(text: str) -> Instant:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return round(moment.timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-22T21:59", "2026-11-22T21:59"),
        ("2026-11-22T22:00", "2026-11-23T07:00"),
        ("2026-11-23T03:00", "2026-11-23T07:00"),
        ("2026-11-23T07:00", "2026-11-23T07:00"),
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # the clock is put forward that night
        ("2026-10-24T23:00", "2026-10-25T07:00"),  # and back
    ],
)
def test_a_notice_is_held_back_until_the_quiet_time_is_over(now: str, then: str) -> None:
    assert not_before(NIGHT, at(now), BERLIN) == at(then)


def test_a_quiet_time_may_end_in_another() -> None:
    rule = Rule("ops", quiet=(Quiet(22 * HOUR, 7 * HOUR), Quiet(6 * HOUR, 9 * HOUR)))
    assert not_before(rule, at("2026-11-22T23:00"), BERLIN) == at("2026-11-23T09:00")


def test_the_whole_day_can_be_quiet_and_then_holds_back_until_it_begins_anew() -> None:
    rule = Rule("ops", quiet=(Quiet(8 * HOUR, 8 * HOUR),))
    assert not_before(rule, at("2026-11-22T12:00"), BERLIN) == at("2026-11-23T08:00")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-22T17:59", "2026-11-22T18:00"),
        ("2026-11-22T18:00", "2026-11-23T18:00"),
    ],
)
def test_a_digest_waits_for_its_time(now: str, then: str) -> None:
    assert not_before(Rule("ops", digest=18 * HOUR), at(now), BERLIN) == at(then)


def test_a_digest_whose_time_the_clock_skips_comes_when_the_clock_goes_on() -> None:
    rule = Rule("ops", digest=2 * HOUR + 30 * MINUTE)
    assert not_before(rule, at("2026-03-28T12:00"), BERLIN) == at("2026-03-29T03:00")
