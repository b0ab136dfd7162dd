"""What a conductor reports of a run's steps: line by line from its pipe, into records. Loaded for jobs of steps alone.

Nothing blocks, and no more is held than a record for each step of the job. Invariant: whatever comes on the pipe, a
record is one that `wire/step_record.py` takes, without secrets; anything else is dropped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sexton.model.handover import CLOSED
from sexton.model.step import StepRecord
from sexton.wire.step_record import LONGEST, meant

if TYPE_CHECKING:
    from sexton.ports import Loop

CHUNK = 65_536
MOST_READS = 32  # after the end: more than a pipe holds


class StepReports:
    """`records` by the steps' numbers, from 1 to `steps`. `told` hears of each with the one before it, or None."""

    __slots__ = ("_hide", "_loop", "_steps", "_told", "heard", "pipe", "records")

    def __init__(
        self,
        loop: Loop,
        pipe: int,
        steps: int,
        hide: Callable[[str], str],
        told: Callable[[StepRecord | None, StepRecord], None],
    ) -> None:
        self.pipe = pipe
        self.heard = b""  # of a line that has no end yet
        self.records: dict[int, StepRecord] = {}
        self._loop = loop
        self._steps = steps
        self._hide = hide
        self._told = told
        if pipe != CLOSED:
            loop.watch(pipe, self._read)

    def take_up(self, records: Iterable[StepRecord], heard: bytes) -> None:
        """Go on where the last image of Sexton left off."""
        self.records = {record.number: record for record in records}
        self.heard = heard

    @property
    def all(self) -> tuple[StepRecord, ...]:
        return tuple(self.records[number] for number in sorted(self.records))

    @property
    def last(self) -> StepRecord | None:
        """The step that goes on, or was the last to."""
        return self.records[max(self.records)] if self.records else None

    def finish(self) -> None:
        """The conductor has ended: hear what it has left."""
        for _ in range(MOST_READS):
            if self.pipe == CLOSED or not self._take():
                break
        self.close()

    def close(self) -> None:
        if self.pipe != CLOSED:
            self._loop.unwatch(self.pipe)
            os.close(self.pipe)
            self.pipe = CLOSED

    def _read(self) -> None:
        self._take()

    def _take(self) -> bool:
        """Whether there was something."""
        try:
            said = os.read(self.pipe, CHUNK)
        except BlockingIOError:
            return False
        if not said:
            self.close()
            return False
        *lines, rest = (self.heard + said).split(b"\n")
        self.heard = rest[: LONGEST + 1]  # a line that is too long is cut, and so is no record
        for line in lines:
            self._hear(line)
        return True

    def _hear(self, line: bytes) -> None:
        try:
            record = meant(line)
        except (ValueError, RecursionError):
            return
        if len(line) <= LONGEST and 1 <= record.number <= self._steps:
            before = self.records.get(record.number)
            self.records[record.number] = self._hidden(record)
            self._told(before, self.records[record.number])

    def _hidden(self, record: StepRecord) -> StepRecord:
        hide = self._hide
        return record._replace(
            name=hide(record.name),
            reason=hide(record.reason),
            counts={hide(name): number for name, number in record.counts.items()},
            summaries={hide(name): hide(text) for name, text in record.summaries.items()},
            progress=None if record.progress is None else record.progress._replace(unit=hide(record.progress.unit)),
        )
