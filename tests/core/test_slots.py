"""The names of occurrences."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core import slots
from sexton.model.units import SECOND

EIGHT = int(datetime(2026, 11, 22, 8, tzinfo=UTC).timestamp()) * SECOND
INSTANTS = st.integers(-(10**15), 10**16)  # some centuries around now


def test_fire_slot_is_the_fire_time_in_utc() -> None:
    assert slots.fire_slot(EIGHT) == "2026-11-22T08:00:00Z"


def test_fire_slot_shows_microseconds_when_there_is_a_fraction() -> None:
    assert slots.fire_slot(EIGHT + 250_000) == "2026-11-22T08:00:00.250000Z"


@settings(derandomize=True)
@given(INSTANTS)
def test_a_fire_slot_can_be_read_back(instant: int) -> None:
    read = datetime.fromisoformat(slots.fire_slot(instant)) - datetime(1970, 1, 1, tzinfo=UTC)
    assert (read.days * 86_400 + read.seconds) * SECOND + read.microseconds == instant


def test_missed_slot_names_both_ends_of_the_range() -> None:
    assert slots.missed_slot(EIGHT, EIGHT + 60 * SECOND) == "missed:2026-11-22T08:00:00Z/2026-11-22T08:01:00Z"


@pytest.mark.parametrize(
    ("slot", "kind"),
    [
        (slots.fire_slot(EIGHT), "schedule"),
        (slots.missed_slot(EIGHT, EIGHT), "schedule"),
        (slots.after_slot(41), "after"),
        (slots.start_slot("0a1b"), "start"),
        (slots.manual_slot("0a1b"), "manual"),
    ],
)
def test_the_kind_is_told_by_the_slot_alone(slot: str, kind: str) -> None:
    assert slots.kind_of(slot) == kind


def test_upstream_is_the_run_that_an_after_slot_names() -> None:
    assert slots.upstream_of(slots.after_slot(41)) == 41


@pytest.mark.parametrize("slot", [slots.fire_slot(EIGHT), slots.manual_slot("41"), "after:", "after:x", "after"])
def test_there_is_no_upstream_when_the_slot_names_none(slot: str) -> None:
    assert slots.upstream_of(slot) is None
