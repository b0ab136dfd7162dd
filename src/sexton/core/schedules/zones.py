"""Time zones as stretches of constant offset, found by asking the zone database and bisecting where answers differ.

A zone is surveyed in slices of 2**25 s (388 days) when they are first asked for, with a probe every three days: no
zone has ever kept an offset for less. A slice is surveyed from a little before its beginning until a little after its
end, so that each stretch knows the clock changes beside it as long as they can matter. Stops at offsets; what
schedules do about changes is clockchange.py's. Unit: whole seconds. Invariant: the stretches follow each other.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from sexton.model.errors import ScheduleError

LARGEST_CHANGE = 3 * 3600  # cron(8): what jumps further is a correction of the clock, not a clock change
EARLIEST = -62_135_596_800  # the beginning of the year 1, the first that datetime knows
LATEST = 253_402_300_799  # the last second of 9999

_SLICE_BITS = 25
_LOOK_ASIDE = 2 * LARGEST_CHANGE
_PROBE = 3 * 86_400
_MOST_SLICES = 128
_ALWAYS = 1 << 62
_FIRST_ASKED, _LAST_ASKED = EARLIEST + 2 * 86_400, LATEST - 2 * 86_400  # beyond, local time may overflow


class Stretch(NamedTuple):
    """A time of constant offset: from `start` until before `end` (UTC), wall clock = UTC + `offset`.

    `fresh`: the wall time from which nothing repeats an earlier stretch; `stale`: the wall time from which everything
    is repeated by the next one. `gap`: the wall time at which the clock was put forward to reach this stretch, and
    `resume` the first whole minute thereafter; both None elsewhere.
    """

    start: int
    end: int
    offset: int
    fresh: int
    stale: int
    gap: int | None = None
    resume: int | None = None


class Zone:
    """The stretches of one zone, remembered by slice."""

    __slots__ = ("_fixed", "_slices", "_tz")

    def __init__(self, tz: tzinfo) -> None:
        self._tz = tz
        self._slices: dict[int, tuple[Stretch, ...]] = {}
        offset = tz.utcoffset(None)
        self._fixed = None if offset is None else _unchanging(offset.days * 86_400 + offset.seconds)

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
        first, end = number << _SLICE_BITS, number + 1 << _SLICE_BITS
        before = self._offset(first - _LOOK_ASIDE)
        changes = list(self._changes(first - _LOOK_ASIDE, end + _LOOK_ASIDE))
        stretches = []
        ends = [*changes[1:], (_ALWAYS, changes[-1][1])]
        for (start, offset), (after, following) in zip(changes, ends, strict=True):
            if start < end:
                stretches.append(_between_changes(start, after, end, (before, offset, following)))
            before = offset
        known = self._slices[number] = tuple(stretches)
        return known

    def _changes(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Since when which offset holds, from `start` until before `end`."""
        offset = self._offset(start)
        yield start, offset
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
        asked = min(max(at, _FIRST_ASKED), _LAST_ASKED)
        offset = datetime.fromtimestamp(asked, self._tz).utcoffset()
        return 0 if offset is None else offset.days * 86_400 + offset.seconds


def _unchanging(offset: int) -> Stretch:
    return Stretch(-_ALWAYS, _ALWAYS, offset, -_ALWAYS, _ALWAYS)


def _between_changes(start: int, after: int, slice_end: int, offsets: tuple[int, int, int]) -> Stretch:
    """The stretch from the change at `start` to the one at `after`, with the offsets before, in and after it; it is
    cut at the end of its slice. Changes that are none, or too large to be one, leave nothing to remember."""
    before, offset, following = offsets
    end = min(after, slice_end)
    wall, reached = start + offset, start + before
    fresh = reached if 0 < reached - wall <= LARGEST_CHANGE else wall
    stale = end + offset
    if 0 < offset - following <= LARGEST_CHANGE:
        stale = min(stale, after + following)
    if 0 < wall - reached <= LARGEST_CHANGE:
        return Stretch(start, end, offset, fresh, stale, reached, -(-wall // 60) * 60)
    return Stretch(start, end, offset, fresh, stale)


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
