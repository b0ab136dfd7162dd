"""The events that wait for one listener, oldest first: no more than its buffer holds, and of each tick only the latest.

Full is also who holds MOST_TEXT of payloads: pieces of output are long. Pure but for being changed in place: a tuple
would be copied with each event. Invariant: every event that was put in is taken, or is counted in `dropped` (the buffer
was full: the oldest went) or `coalesced` (a newer tick took its place).
"""

from collections import deque

from sexton.core.event_tree import period_of
from sexton.model.listener import Waiting
from sexton.model.units import Elapsed

MOST_TEXT = 16_000_000  # characters


class Backlog:
    """`size` is how many may wait, those that rest before they are delivered again among them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.dropped = self.coalesced = 0
        self._fresh: deque[Waiting] = deque()
        self._resting: list[Waiting] = []
        self._text = 0  # characters of all payloads

    def __len__(self) -> int:
        return len(self._fresh) + len(self._resting)

    @property
    def fresh(self) -> int:
        """How many wait, but for those that rest."""
        return len(self._fresh)

    def put(self, waiting: Waiting) -> Waiting | None:
        """Append an event; the one that was dropped for it."""
        if self._gives_way(waiting):
            return None
        self._fresh.append(waiting)
        return self._added(waiting)

    def put_back(self, waiting: Waiting) -> Waiting | None:
        """An event that was taken is the next again; the one that was dropped for it."""
        if self._gives_way(waiting):
            return None
        self._fresh.appendleft(waiting)
        return self._added(waiting)

    def rest(self, waiting: Waiting) -> Waiting | None:
        """An event that was taken waits until its `not_before`, while others pass it; the one that was dropped."""
        if self._gives_way(waiting):
            return None
        self._resting.append(waiting)
        return self._added(waiting)

    def take(self, now: Elapsed) -> Waiting | None:
        """The next event that may be delivered: one that has rested long enough, else the oldest."""
        rested = next((waiting for waiting in self._resting if waiting.not_before <= now), None)
        if rested is not None:
            self._resting.remove(rested)
        elif self._fresh:
            rested = self._fresh.popleft()
        self._text -= len(rested.event.payload) if rested else 0
        return rested

    def nearest(self) -> Elapsed | None:
        """When the next of those that rest may be delivered."""
        return min((waiting.not_before for waiting in self._resting), default=None)

    def resize(self, size: int) -> None:
        self.size = size
        self._shed()

    def left(self) -> tuple[Waiting, ...]:
        """All that wait, for the next image of Sexton."""
        return (*self._fresh, *self._resting)

    def take_up(self, left: tuple[Waiting, ...], dropped: int, coalesced: int) -> None:
        """Go on where the last image left off."""
        self._fresh = deque(waiting for waiting in left if not waiting.not_before)
        self._resting = [waiting for waiting in left if waiting.not_before]
        self.dropped, self.coalesced = dropped, coalesced
        self._text = sum(len(waiting.event.payload) for waiting in left)

    def _gives_way(self, waiting: Waiting) -> bool:
        """Of ticks of one kind only the newest waits, though earlier ones were delivered in vain: is this one older?"""
        if period_of(waiting.event.name) is None:
            return False
        for rank in (self._fresh, self._resting):
            for other in [each for each in rank if each.event.name == waiting.event.name]:
                self.coalesced += 1
                if other.poolserial > waiting.poolserial:
                    return True
                rank.remove(other)
                self._text -= len(other.event.payload)
        return False

    def _added(self, waiting: Waiting) -> Waiting | None:
        self._text += len(waiting.event.payload)
        return self._shed()

    def _shed(self) -> Waiting | None:
        """Drop the oldest while there is too much; the last that was dropped. One event may always wait."""
        oldest = None
        while len(self) > self.size or (self._text > MOST_TEXT and len(self) > 1):
            oldest = self._drop()
        return oldest

    def _drop(self) -> Waiting:
        oldest = min((*self._resting, *([self._fresh[0]] if self._fresh else [])), key=lambda each: each.poolserial)
        if self._fresh and oldest is self._fresh[0]:
            self._fresh.popleft()
        else:
            self._resting.remove(oldest)
        self._text -= len(oldest.event.payload)
        self.dropped += 1
        return oldest
