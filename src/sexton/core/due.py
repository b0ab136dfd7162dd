"""What is due: which fire times between the watermark and now start a run, and which are recorded as missed.

Pure and total: every fire time in (watermark, now] is in the answer exactly once, in order, so that a watermark that
follows the answer item by item never passes an undecided fire time.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias

from sexton.model.job import CatchUp
from sexton.model.units import Duration, Instant

CATCH_UP_CAP = 100  # runs that `all` starts at most; the rest is one counted missed row


class FireTimesLike(Protocol):
    """What is asked of core/schedules/firetimes.py."""

    def after(self, instant: Instant) -> Instant | None: ...

    def count(self, after: Instant, until: Instant) -> tuple[int, Instant | None, Instant | None]: ...


class Start(NamedTuple):
    """This fire time shall run. `waits`: it is caught up with others, so it waits for a run that is still going."""

    fire_time: Instant
    waits: bool = False

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


def no_delay(fire_time: Instant) -> Duration:
    """Without jitter a fire time's run starts at once."""
    return 0


def decide_due(
    times: FireTimesLike,
    watermark: Instant,
    now: Instant,
    grace: Duration,
    catch_up: CatchUp,
    delay: Callable[[Instant], Duration] = no_delay,
) -> tuple[Due, ...]:
    """Decide every fire time in (watermark, now], oldest first; the newest only if its `delay` (jitter) is over
    too, and it is no later than that plus `grace`.

    The newest starts if it is within `grace` (exactly `grace` late still is); what is older, or beyond grace, is a
    misfire: `none` misses them, `last` runs only the newest however late, `all` runs the oldest up to CATCH_UP_CAP.
    """
    count, first, last = times.count(watermark, now)
    if last is not None and last + delay(last) > now:
        count, first, last = times.count(watermark, last - 1)
    if first is None or last is None:
        return ()
    in_time = now - last - delay(last) <= grace
    if count == 1 and in_time:
        return (Start(last),)
    if catch_up is CatchUp.ALL:
        return _all(times, watermark, count - in_time, last, in_time)
    if catch_up is CatchUp.NONE and not in_time:
        return (Missed(first, last, count),)
    if count == 1:
        return (Start(last),)
    return (_missed(times, watermark, last - 1), Start(last))


def _all(times: FireTimesLike, watermark: Instant, misfires: int, newest: Instant, in_time: bool) -> tuple[Due, ...]:
    """The oldest misfires, one counted row for those beyond the cap, then the newest fire time if it came in time."""
    decided: list[Due] = []
    at: Instant | None = times.after(watermark)
    while at is not None and len(decided) < min(misfires, CATCH_UP_CAP):
        decided.append(Start(at, waits=True))
        at = times.after(at)
    if misfires > len(decided):
        decided.append(_missed(times, decided[-1].watermark, newest - 1 if in_time else newest))
    if in_time:
        decided.append(Start(newest, waits=True))
    return tuple(decided)


def _missed(times: FireTimesLike, after: Instant, until: Instant) -> Missed:
    """The fire times in (after, until], of which there is at least one."""
    number, first, last = times.count(after, until)
    assert first is not None
    assert last is not None
    return Missed(first, last, number)
