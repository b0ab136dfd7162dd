"""Which files are whole: not changed for `stable`, by a time that nobody but our kernel sets, or under our eyes.

Other times may be set to anything, or be by a clock that is wrong: they are believed when they are more than a day old.
The source is listed again only when there may be news, and waited for no longer than `wait`; what still changes then
is left to the next run.
"""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sexton.model.units import DAY, SECOND, Duration, Instant
from sexton.steps.fetch.source import Found

_WRONG = DAY  # that a clock may be, time zones and all
_SHORTEST = SECOND // 20  # between two listings


class Clock(NamedTuple):
    """Microseconds since 1970, microseconds of elapsed time, and how to let some pass."""

    wall: Callable[[], Instant] = lambda: time.time_ns() // 1000
    elapsed: Callable[[], int] = lambda: time.monotonic_ns() // 1000
    sleep: Callable[[Duration], None] = lambda length: time.sleep(length / SECOND)


class Watched(NamedTuple):
    """A file that may still be written, and since when it is what it is."""

    found: Found
    since: int


def whole(
    listing: Callable[[], Iterable[Found]], stable: Duration, wait: Duration, clock: Clock
) -> tuple[list[Found], list[Found]]:
    """The files that are whole, and those that still change."""
    began = clock.elapsed()
    ready: list[Found] = []
    growing = {found.address: Watched(found, began) for found in listing()}
    while True:
        now = clock.wall(), clock.elapsed()
        left = {each.found.address: _remaining(each, stable, *now) for each in growing.values()}
        ready += [growing.pop(address).found for address, pause in left.items() if pause <= 0]
        pause = max((left[address] for address in growing), default=0)
        if not growing or now[1] + pause > began + wait:
            return ready, [each.found for each in growing.values()]
        clock.sleep(max(pause, _SHORTEST))
        growing = _again(growing, listing, clock.elapsed())


def _remaining(each: Watched, stable: Duration, wall: Instant, elapsed: int) -> Duration:
    """For how much longer it has to stay as it is."""
    watched = each.since + stable - elapsed
    modified, changed = each.found.modified, each.found.changed
    if not each.found.may_grow:
        return 0
    if changed is not None:
        last = max(changed, modified or 0)
        return min(watched, last + stable - wall) if last <= wall else watched
    return watched if modified is None or modified + _WRONG + stable > wall else 0


def _again(growing: dict[str, Watched], listing: Callable[[], Iterable[Found]], elapsed: int) -> dict[str, Watched]:
    """What became of them; those that are gone are gone."""
    still = {}
    for found in listing():
        before = growing.get(found.address)
        if before is not None:
            still[found.address] = before if before.found == found else Watched(found, elapsed)
    return still
