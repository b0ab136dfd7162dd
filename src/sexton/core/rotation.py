"""When a log is rotated by time: whenever the wall clock of a zone reaches a multiple of `every`.

Multiples are counted from a Monday's midnight, so `1d` means midnight and `1w` the midnight before Monday. A midnight
that a clock change leaves out is the first instant after it.
"""

from sexton.core.schedules.zones import find_zone
from sexton.model.units import SECOND, Duration, Instant

_MONDAY = 4 * 86_400  # 1970-01-05T00:00


def next_boundary(every: Duration, zone: str, now: Instant) -> Instant:
    """The first instant after `now` at which the wall clock of `zone` reads a multiple of `every` (whole seconds)."""
    at, step = now // SECOND, every // SECOND
    stretches = find_zone(zone)
    stretch = stretches.stretch(at)
    wall = at + stretch.offset - _MONDAY
    boundary = wall - wall % step + step + _MONDAY
    while boundary - stretch.offset >= stretch.end:
        stretch = stretches.stretch(stretch.end)
    return max(boundary - stretch.offset, stretch.start) * SECOND
