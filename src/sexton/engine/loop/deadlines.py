"""A heap of deadlines on one clock, with lazy deletion.

Cancelling only marks; the heap is rebuilt when more than half of it is marked, so that a million cancelled timeouts
cost no more memory than those in force.
"""

import heapq
from collections.abc import Callable, Iterator


class Deadline:
    """One call at one reading of the clock. `call` is None once it was made or cancelled."""

    __slots__ = ("_heap", "call", "when")

    def __init__(self, when: int, call: Callable[[], None], heap: "Deadlines") -> None:
        self.when = when
        self.call: Callable[[], None] | None = call
        self._heap = heap

    def cancel(self) -> None:
        if self.call is not None:
            self.call = None
            self._heap.note_cancelled()


class Deadlines:
    """Deadlines in order of time; those of one time in the order they were added."""

    __slots__ = ("_added", "_cancelled", "_heap")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Deadline]] = []
        self._added = 0
        self._cancelled = 0

    def __len__(self) -> int:
        return len(self._heap) - self._cancelled

    def add(self, when: int, call: Callable[[], None]) -> Deadline:
        deadline = Deadline(when, call, self)
        self._added += 1
        heapq.heappush(self._heap, (when, self._added, deadline))
        return deadline

    def nearest(self) -> int | None:
        """The time of the first deadline in force, or None."""
        while self._heap and self._heap[0][2].call is None:
            heapq.heappop(self._heap)
            self._cancelled -= 1
        return self._heap[0][0] if self._heap else None

    def due(self, now: int) -> Iterator[Callable[[], None]]:
        """Take out the calls whose time has come, those added meanwhile for the same time included."""
        while (when := self.nearest()) is not None and when <= now:
            deadline = heapq.heappop(self._heap)[2]
            call, deadline.call = deadline.call, None
            if call is not None:
                yield call

    def note_cancelled(self) -> None:
        """Called by a deadline that was cancelled."""
        self._cancelled += 1
        if self._cancelled > 64 and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].call is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0
