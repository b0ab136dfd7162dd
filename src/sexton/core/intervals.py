"""The interval that a run stands for: from the fire time before to its own."""

from sexton.core.due import FireTimesLike
from sexton.model.units import DAY, HOUR, Instant

_LOOK_BACK = (HOUR, DAY, 8 * DAY, 32 * DAY, 400 * DAY, 3000 * DAY)  # a leap day may be eight years away


def previous_fire_time(times: FireTimesLike, fire_time: Instant) -> Instant | None:
    """The last fire time before `fire_time`; None when the schedule has none in the eight years before."""
    for reach in _LOOK_BACK:
        _, _, last = times.count(fire_time - reach, fire_time - 1)
        if last is not None:
            return last
    return None
