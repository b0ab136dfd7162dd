"""One deadline for all of a step's work over a network: whatever is waited for, it is waited for no longer than that.

Elapsed time of this process, so that a stepped clock changes nothing.
"""

import time
from collections.abc import Callable

from sexton.model.units import SECOND, Duration
from sexton.steps.errors import Temporary


class Deadline:
    """From now on, `within` so long. `cut` lets go, without waiting, of what the step holds when it passes."""

    def __init__(self, within: Duration) -> None:
        self._within = within
        self._until = time.monotonic() + within / SECOND
        self.cut: Callable[[], None] = lambda: None

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._until

    def left(self, doing: str = "go on") -> float:
        """Seconds that are left, more than none. Raises Temporary, which says what could not be done."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise self.passed(doing)
        return left

    def passed(self, doing: str) -> Temporary:
        """The error for what did not get done in time."""
        seconds = f"{self._within / SECOND:g}"
        return Temporary(f"cannot {doing}: the deadline of {seconds} s has passed; a longer `deadline` is possible")
