"""The one unit of time: whole microseconds.

`Instant` is a reading of the wall clock (microseconds since 1970-01-01T00:00:00Z, leap seconds ignored as in
POSIX time); `Elapsed` is a reading of CLOCK_BOOTTIME, which no one can step and which goes on in suspend;
`Duration` is a length of either. Integers compare exactly, cost nothing, and fit SQLite.
"""

from typing import NamedTuple, TypeAlias

Instant: TypeAlias = int
Elapsed: TypeAlias = int
Duration: TypeAlias = int

MILLISECOND: Duration = 1_000
SECOND: Duration = 1_000_000
MINUTE: Duration = 60 * SECOND
HOUR: Duration = 60 * MINUTE
DAY: Duration = 24 * HOUR


class Moment(NamedTuple):
    """One reading of both clocks, taken together."""

    wall: Instant
    elapsed: Elapsed
