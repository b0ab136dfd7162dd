"""Fire times that stand in a list: the naive counterpart of core/schedules/firetimes.py."""

from bisect import bisect_right
from collections.abc import Sequence

from sexton.model.units import Instant


class Listed:
    """Implements core/due.FireTimesLike over a sorted list."""

    def __init__(self, instants: Sequence[Instant]) -> None:
        self._instants = instants

    def between(self, after: Instant, until: Instant) -> Sequence[Instant]:
        """Those in (after, until]."""
        return self._instants[bisect_right(self._instants, after) : max(0, bisect_right(self._instants, until))]

    def after(self, instant: Instant) -> Instant | None:
        place = bisect_right(self._instants, instant)
        return self._instants[place] if place < len(self._instants) else None

    def count(self, after: Instant, until: Instant) -> tuple[int, Instant | None, Instant | None]:
        found = self.between(after, until)
        return (len(found), found[0], found[-1]) if found else (0, None, None)
