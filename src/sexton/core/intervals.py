"""The interval that a run stands for: from the fire time before to its own."""

from sexton.core.due import FireTimesLike
from sexton.model.units import DAY, HOUR, Instant

_LOOK_BACK = (HOUR, DAY, 8 * DAY, 32 * DAY, 400 * DAY, 3000 * DAY)  # a leap day may be eight years away


def previous_fire_time(times: FireTimesLike, fire_time: Instant) -> Instant | None:
    """The last fire time before `fire_time`; None when the schedule has none in the eight years before."""
    for reach in _LOOK_BACK:
        found = times.after(fire_time - reach)
        if found is not None and found < fire_time:
            return _last_before(times, fire_time, found)
    return None


def _last_before(times: FireTimesLike, fire_time: Instant, found: Instant) -> Instant:
    """Bisected, for counting goes by days: the last one lies from `found` on, and nothing fires after `latest`."""
    latest = fire_time - 1
    while found < latest:
        middle = (found + latest) // 2
        following = times.after(middle)
        if following is None or following >= fire_time:
            latest = middle
        else:
            found = following
    return found
