"""Intervals when the wall clock is set back: `@every` is elapsed time, so its rhythm goes on.

A job's lead is by how much its fire times run ahead of the wall clock. A clock that is set back gives it one, and one
that is set forward takes it away again; so does the wall clock when it passes the watermark before the next tick, and
then ticks are aligned to the clock again. Pure. Invariant: fire times only ascend, whatever is done to the clock.
"""

from sexton.model.units import Duration, Instant, Moment


def lead_after_step(lead: Duration, before: Moment, now: Moment) -> Duration:
    """The lead after a step of the wall clock that came since `before`; never negative."""
    stepped = (now.wall - before.wall) - (now.elapsed - before.elapsed)
    return max(0, lead - stepped)


def lead_from(watermark: Instant, wall: Instant) -> Duration:
    """The lead of a job whose watermark was found at a start of Sexton: what is decided is behind it already."""
    return max(0, watermark - wall)


def lead_until(lead: Duration, watermark: Instant, upcoming: Instant) -> Duration:
    """The lead with which the fire time `upcoming` is awaited: none when the wall clock passes the watermark first."""
    return lead if upcoming - lead <= watermark else 0
