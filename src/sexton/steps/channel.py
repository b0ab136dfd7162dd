"""How a step tells how it goes: lines of JSON on the descriptor that SEXTON_STEP_REPORT names.

    {"progress": [done, total or null, unit]}
    {"count": {"rows": 10}}
    {"summary": [name, text]}
    {"reason": text}

A person's own command may write the same. Invariant: progress is written at most a few times a second, whatever the
step says, and the last of it at the end.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

VARIABLE = "SEXTON_STEP_REPORT"
_PAUSE = 0.25  # seconds between two lines of progress
_LONGEST = 4000  # characters of a text


class Channel:
    """Implements Report on a descriptor. Counts are added up, and written as often as progress is."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._progress: tuple[int, int | None, str] | None = None
        self._counts: dict[str, int] = {}
        self._written = 0.0

    def progress(self, done: int, total: int | None, unit: str) -> None:
        self._progress = (done, total, unit)
        self._flush_at_times()

    def count(self, **counts: int) -> None:
        for name, number in counts.items():
            self._counts[name] = self._counts.get(name, 0) + number
        self._flush_at_times()

    def summary(self, name: str, text: str) -> None:
        self._write({"summary": [name, text[:_LONGEST]]})

    def reason(self, text: str) -> None:
        """Why the step failed, in a sentence."""
        self._write({"reason": text[:_LONGEST]})

    def flush(self) -> None:
        """Write what was held back."""
        if self._progress is not None:
            self._write({"progress": self._progress})
            self._progress = None
        if self._counts:
            self._write({"count": self._counts})
            self._counts = {}
        self._written = time.monotonic()

    def _flush_at_times(self) -> None:
        if time.monotonic() - self._written >= _PAUSE:
            self.flush()

    def _write(self, said: Mapping[str, Any]) -> None:
        line = json.dumps(said, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
        with suppress(BrokenPipeError):  # nobody listens any more
            while line:
                line = line[os.write(self._descriptor, line) :]
