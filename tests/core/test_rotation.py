"""Boundaries of rotation by time, in the wall clock of a zone."""

from datetime import UTC, datetime

import pytest

from sexton.core.rotation import next_boundary
from sexton.model.units import DAY, HOUR, SECOND


def next_after(every: int, zone: str, now: str) -> str:
    instant = int(datetime.fromisoformat(now).timestamp()) * SECOND
    return datetime.fromtimestamp(next_boundary(every, zone, instant) // SECOND, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("every", "zone", "now", "boundary"),
    [
        (DAY, "UTC", "2026-11-22T08:00Z", "2026-11-23 00:00"),
        (DAY, "UTC", "2026-11-22T00:00Z", "2026-11-23 00:00"),  # strictly after
        (DAY, "Europe/Berlin", "2026-11-22T08:00Z", "2026-11-22 23:00"),
        (DAY, "Asia/Kathmandu", "2026-11-22T08:00Z", "2026-11-22 18:15"),
        (7 * DAY, "UTC", "2026-11-22T08:00Z", "2026-11-23 00:00"),  # a Monday
        (7 * DAY, "UTC", "2026-11-23T00:00Z", "2026-11-30 00:00"),
        (HOUR, "Asia/Kathmandu", "2026-11-22T08:00Z", "2026-11-22 08:15"),
        (DAY, "Europe/Berlin", "2026-03-28T23:00Z", "2026-03-29 22:00"),  # a day of 23 hours
        (DAY, "Europe/Berlin", "2026-10-24T22:00Z", "2026-10-25 23:00"),  # a day of 25 hours
        (DAY, "America/Havana", "2026-03-07T12:00Z", "2026-03-08 05:00"),  # its midnight is left out: 01:00
    ],
)
def test_the_next_boundary_is_where_the_wall_clock_reads_a_multiple(
    every: int, zone: str, now: str, boundary: str
) -> None:
    assert next_after(every, zone, now) == boundary
