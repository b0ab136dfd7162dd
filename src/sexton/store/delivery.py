"""The way of answers back to the loop's thread: in order, one call for a whole group, counted.

Invariant: an answer is delivered once, whatever the one before it raised.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from sexton.ports import Answer

Answered: TypeAlias = "tuple[Answer, object]"
Post = Callable[[Callable[[], None]], None]


class Delivery:
    """Posts answers to the loop. `waiting` (the loop's thread's) counts the questions that have none yet."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self.waiting = 0

    def bring(self, answered: deque[Answered]) -> None:
        """Hand answers over; from any thread."""
        self._post(partial(self._deliver, answered))

    def _deliver(self, answered: deque[Answered]) -> None:
        try:
            while answered:
                answer, value = answered.popleft()
                self.waiting -= 1
                answer(value)
        finally:
            if answered:
                self.bring(answered)
