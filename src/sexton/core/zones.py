"""Time zones as stretches of constant offset, found by asking the zone database and bisecting where answers differ.

A zone is surveyed in slices of 2**25 s (388 days) when they are first asked for, with a probe every three days: no
zone has ever kept an offset for less. Each slice begins with a look back long enough that a stretch knows the clock
change before it as long as that change can matter. Stops at offsets; what schedules do about changes is
clockchange.py's. Unit: whole seconds. Invariant: the stretches of a slice follow each other without a hole.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from sexton.model.errors import ScheduleError

LARGEST_CHANGE = 3 * 3600  # cron(8): what jumps further is a correction of the clock, not a clock change
EARLIEST = -62_000_000_000  # in the year 5; datetime knows the years 1 to 9999
LATEST = 253_000_000_000  # in the year 9987

_SLICE_BITS = 25
_LOOK_BACK = 2 * LARGEST_CHANGE
_PROBE = 3 * 86_400
_MOST_SLICES = 128
_ALWAYS = 1 << 62


class Stretch(NamedTuple):
    """A time of constant offset: from `start` until before `end` (UTC), wall clock = UTC + `offset`.

    `fresh`: the wall time from which nothing repeats an earlier stretch. `gap`: the wall time at which the clock
    was put forward to reach this stretch, and `resume` the first whole minute thereafter; both None elsewhere.
    """

    start: int
    end: int
    offset: int
    fresh: int
    gap: int | None = None
    resume: int | None = None


class Zone:
    """The stretches of one zone, remembered by slice."""

    __slots__ = ("_fixed", "_slices", "_tz")

    def __init__(self, tz: tzinfo) -> None:
        self._tz = tz
        self._slices: dict[int, tuple[Stretch, ...]] = {}
        offset = tz.utcoffset(None)
        self._fixed = None if offset is None else _after_change(-_ALWAYS, _ALWAYS, 0, int(offset.total_seconds()))

    def stretch(self, at: int) -> Stretch:
        """The stretch that holds at `at` seconds since 1970 UTC, EARLIEST <= `at` <= LATEST."""
        if self._fixed is not None:
            return self._fixed
        known = self._slices.get(at >> _SLICE_BITS)
        if known is None:
            known = self._survey(at >> _SLICE_BITS)
        for stretch in known:
            if at < stretch.end:
                return stretch
        raise AssertionError("a slice ends where the next begins")

    def _survey(self, number: int) -> tuple[Stretch, ...]:
        if len(self._slices) >= _MOST_SLICES:
            self._slices.clear()
        start, end = (number << _SLICE_BITS) - _LOOK_BACK, (number + 1) << _SLICE_BITS
        before = self._offset(start)
        changes = [(start, before), *self._changes(start, end)]
        stretches = []
        for (here, offset), (there, _) in zip(changes, [*changes[1:], (end, 0)], strict=True):
            stretches.append(_after_change(here, there, before, offset))
            before = offset
        known = self._slices[number] = tuple(stretches)
        return known

    def _changes(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Each change of offset after `start` and before `end`: when, and the offset from then on."""
        offset = self._offset(start)
        for probe in range(start, end, _PROBE):
            last = min(probe + _PROBE, end) - 1
            if self._offset(last) != offset:
                at = self._bisect(probe, last, offset)
                offset = self._offset(at)
                yield at, offset

    def _bisect(self, low: int, high: int, offset: int) -> int:
        """The first second at which `offset` has ended; it holds until before `low` and no longer at `high`."""
        while low < high:
            middle = (low + high) // 2
            if self._offset(middle) == offset:
                low = middle + 1
            else:
                high = middle
        return high

    def _offset(self, at: int) -> int:
        offset = datetime.fromtimestamp(at, self._tz).utcoffset()
        return 0 if offset is None else offset.days * 86_400 + offset.seconds


def _after_change(start: int, end: int, before: int, offset: int) -> Stretch:
    """The stretch that follows a change of the offset from `before`; no change leaves nothing to remember."""
    wall, reached = start + offset, start + before
    if 0 < wall - reached <= LARGEST_CHANGE:
        return Stretch(start, end, offset, wall, reached, -(-wall // 60) * 60)
    repeats = 0 < reached - wall <= LARGEST_CHANGE
    return Stretch(start, end, offset, reached if repeats else wall)


@lru_cache(maxsize=64)
def find_zone(name: str) -> Zone:
    """The IANA zone called `name`. Raises ScheduleError, which suggests the nearest name. UTC needs no database."""
    if name in ("UTC", "Etc/UTC"):
        return Zone(UTC)
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return Zone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleError(f"cannot use the time zone {name!r}: {_advice(name)}") from None


def _advice(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    names = {zone.lower(): zone for zone in sorted(available_timezones())}
    if not names:
        return "no zone but UTC is installed; install tzdata"
    near = get_close_matches(name.lower(), names, n=1) or [zone for zone in names if zone.endswith(f"/{name.lower()}")]
    return (
        f"there is no such zone; did you mean {names[near[0]]}?" if near else "there is no such zone; see tzselect(8)"
    )
