"""What is due: which fire times between the watermark and now start a run, and which are recorded as missed.

Pure and total: every fire time in (watermark, now] is in the answer exactly once, in order, so that a watermark that
follows the answer item by item never passes an undecided fire time.
"""

from typing import NamedTuple, Protocol, TypeAlias

from sexton.model.job import CatchUp
from sexton.model.units import Duration, Instant

CATCH_UP_CAP = 100  # runs that `all` starts at most; the rest is one counted missed row


class FireTimesLike(Protocol):
    """What is asked of core/firetimes.py."""

    def after(self, instant: Instant) -> Instant | None: ...

    def count(self, after: Instant, until: Instant) -> tuple[int, Instant | None, Instant | None]: ...


class Start(NamedTuple):
    """This fire time shall run."""

    fire_time: Instant

    @property
    def watermark(self) -> Instant:
        return self.fire_time


class Missed(NamedTuple):
    """These `number` fire times, `first` to `last`, shall not run."""

    first: Instant
    last: Instant
    number: int

    @property
    def watermark(self) -> Instant:
        return self.last


Due: TypeAlias = Start | Missed


def decide_due(
    times: FireTimesLike, watermark: Instant, now: Instant, grace: Duration, catch_up: CatchUp
) -> tuple[Due, ...]:
    """Decide every fire time in (watermark, now], oldest first.

    The newest starts if it is within `grace` (exactly `grace` late still is); what is older, or beyond grace, is a
    misfire: `none` misses them, `last` runs only the newest however late, `all` runs the oldest up to CATCH_UP_CAP.
    """
    count, first, last = times.count(watermark, now)
    if first is None or last is None:
        return ()
    if catch_up is CatchUp.ALL:
        return _all(times, watermark, now, count, last)
    if catch_up is CatchUp.NONE and now - last > grace:
        return (Missed(first, last, count),)
    if count == 1:
        return (Start(last),)
    _, _, newest_missed = times.count(watermark, last - 1)
    return (Missed(first, newest_missed or first, count - 1), Start(last))


def _all(times: FireTimesLike, watermark: Instant, now: Instant, count: int, last: Instant) -> tuple[Due, ...]:
    starts: list[Due] = []
    at: Instant | None = watermark
    while len(starts) < min(count, CATCH_UP_CAP) and (at := times.after(at if at is not None else now)) is not None:
        starts.append(Start(at))
    if count > len(starts) and (following := times.after(starts[-1].watermark)) is not None:
        starts.append(Missed(following, last, count - len(starts)))
    return tuple(starts)
