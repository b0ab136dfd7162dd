"""An end to what a step waits for inside a library that knows no deadline: an alarm(2) that raises in the main thread.

For a step as a process of its own alone, where no other thread waits for anything.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sexton.steps.deadline import Deadline


@contextmanager
def at_the_latest(deadline: Deadline, doing: str) -> Iterator[None]:
    """Raise Temporary within the block when the deadline passes, after its `cut`: what the way out of the block would
    ask of a server that is silent, fails at once."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        deadline.cut()
        raise deadline.passed(doing)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, deadline.left(doing))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
