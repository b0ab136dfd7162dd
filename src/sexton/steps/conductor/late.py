"""The rest of a step's timeout, for what the conductor itself does of the step: an alarm(2) that raises in the main
thread, for nobody knows how long the files take that a command has named."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sexton.model.units import SECOND, Duration
from sexton.steps.errors import Temporary

_LEAST = 0.001  # seconds; none would be no alarm


class Late(Temporary):
    def __init__(self) -> None:
        super().__init__("it took longer than its timeout")


@contextmanager
def within(timeout: Duration | None, since: float) -> Iterator[None]:
    """Raise Late within the block when `timeout` after `since`, a reading of time.monotonic(), has come."""
    if timeout is None:
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(_LEAST, since + timeout / SECOND - time.monotonic()))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
