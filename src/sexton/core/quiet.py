"""When a notice may go out: at once, after a quiet time, or with the next digest. By the wall of a zone."""

from sexton.core.schedules.localtime import first_instant, offset_at, written
from sexton.core.schedules.zones import Zone
from sexton.model.notice import Quiet, Rule
from sexton.model.units import DAY, Duration, Instant


def not_before(rule: Rule, now: Instant, zone: Zone) -> Instant:
    """The earliest instant at which a notice of `now` may be delivered."""
    if rule.digest is not None:
        return next_time_of_day(rule.digest, now, zone)
    at = now
    for _ in rule.quiet:  # the end of one may lie in another
        held = [end for quiet in rule.quiet if (end := _end_of(quiet, at, zone)) is not None]
        if not held:
            break
        at = max(held)
    return at


def next_time_of_day(time: Duration, now: Instant, zone: Zone) -> Instant:
    """The first instant after `now` at which the wall shows `time`; where the clock skips that, the end of the gap."""
    wall = now + offset_at(now, zone)
    midnight = wall - wall % DAY
    return next(at for day in range(3) if (at := first_instant(written(midnight + day * DAY + time, zone), zone)) > now)


def _end_of(quiet: Quiet, at: Instant, zone: Zone) -> Instant | None:
    """When a quiet time that `at` lies in is over; None when it lies in none."""
    time = (at + offset_at(at, zone)) % DAY
    over_midnight = quiet.end <= quiet.start
    within = time >= quiet.start or time < quiet.end if over_midnight else quiet.start <= time < quiet.end
    return next_time_of_day(quiet.end % DAY, at, zone) if within else None
