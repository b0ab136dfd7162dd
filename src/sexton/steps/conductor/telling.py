"""What the conductor tells the daemon: a step's whole record, a line each, at once where it begins or ends and at most
once a second in between. Without a daemon nobody is told. Invariant: what was held back is told within that second,
or something newer is."""

import os
import time
from contextlib import suppress

from sexton.model.step import StepRecord, StepState
from sexton.steps.channel import VARIABLE
from sexton.wire.step_record import spelled

_PAUSE = 1.0  # seconds


class Telling:
    def __init__(self) -> None:
        told = os.environ.pop(VARIABLE, "")
        self._descriptor = int(told) if told.isdigit() else -1
        self._last = 0.0
        self._number = 0  # of the step that was told of last
        self._held: StepRecord | None = None
        if self._descriptor >= 0:
            os.set_inheritable(self._descriptor, False)

    def tell(self, record: StepRecord) -> None:
        now = time.monotonic()
        if record.state is StepState.RUNNING and record.number == self._number and now - self._last < _PAUSE:
            self._held = record
            return
        self._held = None
        self._last, self._number = now, record.number
        self._write(spelled(record).encode(errors="backslashreplace") + b"\n")

    def rest(self) -> float | None:
        """Tell what was held back, if it is time; else in how many seconds that is. None: nothing waits."""
        if self._held is None:
            return None
        left = self._last + _PAUSE - time.monotonic()
        if left > 0:
            return left
        self.tell(self._held)
        return None

    def _write(self, line: bytes) -> None:
        with suppress(BrokenPipeError):
            while line and self._descriptor >= 0:
                line = line[os.write(self._descriptor, line) :]
