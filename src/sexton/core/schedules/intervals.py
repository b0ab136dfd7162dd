"""The interval that a run stands for: from the fire time before to its own."""

from sexton.core.due import FireTimesLike
from sexton.model.units import DAY, SECOND, Instant

_STEPS = 10
_EIGHT_YEARS = 3000 * DAY  # so far may a leap day be away
_LOOK_BACK = (*(8**n * 10 * SECOND for n in range(9)), _EIGHT_YEARS)  # in steps that find few fire times each


def previous_fire_time(times: FireTimesLike, fire_time: Instant) -> Instant | None:
    """The last fire time before `fire_time`; None when the schedule has none in the eight years before."""
    for reach in _LOOK_BACK:
        found = times.after(fire_time - reach)
        if found is not None and found < fire_time:
            return _last_before(times, fire_time, found)
    return None


def _last_before(times: FireTimesLike, fire_time: Instant, found: Instant) -> Instant:
    """The last one lies from `found` on. Mostly it is a few steps away; where it is not, it is bisected, for counting
    goes by days: nothing fires after `latest`."""
    for _ in range(_STEPS):
        following = times.after(found)
        if following is None or following >= fire_time:
            return found
        found = following
    latest = fire_time - 1
    while found < latest:
        middle = (found + latest) // 2
        following = times.after(middle)
        if following is None or following >= fire_time:
            latest = middle
        else:
            found = following
    return found
