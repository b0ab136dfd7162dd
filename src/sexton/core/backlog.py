"""The events that wait for one listener, oldest first: no more than its buffer holds, and of each tick only the latest.

Pure but for being changed in place: a tuple would be copied with each event. Invariant: every event that was put in is
taken, or is counted in `dropped` (the buffer was full: the oldest went) or `coalesced` (a newer tick took its place).
"""

from collections import deque

from sexton.core.event_tree import period_of
from sexton.model.listener import Waiting
from sexton.model.units import Elapsed


class Backlog:
    """`size` is how many may wait, those that rest before they are delivered again among them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.dropped = self.coalesced = 0
        self._fresh: deque[Waiting] = deque()
        self._resting: list[Waiting] = []

    def __len__(self) -> int:
        return len(self._fresh) + len(self._resting)

    @property
    def fresh(self) -> int:
        """How many wait, but for those that rest."""
        return len(self._fresh)

    def put(self, waiting: Waiting) -> Waiting | None:
        """Append an event; the one that was dropped for it."""
        if period_of(waiting.event.name) is not None:
            self._coalesce(waiting.event.name)
        self._fresh.append(waiting)
        return self._shed()

    def put_back(self, waiting: Waiting) -> Waiting | None:
        """An event that was taken is the next again; the one that was dropped for it."""
        self._fresh.appendleft(waiting)
        return self._shed()

    def rest(self, waiting: Waiting) -> Waiting | None:
        """An event that was taken waits until its `not_before`, while others pass it; the one that was dropped."""
        self._resting.append(waiting)
        return self._shed()

    def take(self, now: Elapsed) -> Waiting | None:
        """The next event that may be delivered: one that has rested long enough, else the oldest."""
        rested = next((waiting for waiting in self._resting if waiting.not_before <= now), None)
        if rested is not None:
            self._resting.remove(rested)
            return rested
        return self._fresh.popleft() if self._fresh else None

    def nearest(self) -> Elapsed | None:
        """When the next of those that rest may be delivered."""
        return min((waiting.not_before for waiting in self._resting), default=None)

    def resize(self, size: int) -> None:
        self.size = size
        while len(self) > size:
            self._shed()

    def left(self) -> tuple[Waiting, ...]:
        """All that wait, for the next image of Sexton."""
        return (*self._fresh, *self._resting)

    def take_up(self, left: tuple[Waiting, ...], dropped: int, coalesced: int) -> None:
        """Go on where the last image left off."""
        self._fresh = deque(waiting for waiting in left if not waiting.not_before)
        self._resting = [waiting for waiting in left if waiting.not_before]
        self.dropped, self.coalesced = dropped, coalesced

    def _coalesce(self, name: str) -> None:
        """An earlier tick of the same kind that nobody has seen says nothing that the new one does not."""
        earlier = [waiting for waiting in self._fresh if waiting.event.name == name and not waiting.deliveries]
        for waiting in earlier:
            self._fresh.remove(waiting)
            self.coalesced += 1

    def _shed(self) -> Waiting | None:
        """Drop the oldest when there is one too many."""
        if len(self) <= self.size:
            return None
        self.dropped += 1
        oldest = min((*self._resting, *([self._fresh[0]] if self._fresh else [])), key=lambda each: each.poolserial)
        if self._fresh and oldest is self._fresh[0]:
            return self._fresh.popleft()
        self._resting.remove(oldest)
        return oldest
