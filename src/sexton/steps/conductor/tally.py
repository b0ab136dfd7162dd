"""What a step reports, line by line → its record. Invariant: no more of it is held than a record may have, whatever
the step writes; what is no report is dropped."""

import json
from collections.abc import Callable
from typing import Any

from sexton.model.step import Progress, StepRecord
from sexton.wire.step_record import MOST, bounded

_LONGEST = 65_536  # bytes of a line


class Tally:
    """`hide` takes the secrets out of a text."""

    def __init__(self, record: StepRecord, hide: Callable[[str], str]) -> None:
        self.record = record
        self._hide = hide
        self._held = b""
        self._skipping = False  # a line that was too long has not ended yet

    def feed(self, said: bytes) -> bool:
        """Take what was read from the step; whether the record is another one now."""
        before = self.record
        *lines, self._held = (self._held + said).split(b"\n")
        for line in lines:
            if not self._skipping:
                self._take(line)
            self._skipping = False
        if len(self._held) > _LONGEST:
            self._held, self._skipping = b"", True
        return self.record != before

    def _take(self, line: bytes) -> None:
        try:
            found = json.loads(line)
            self.record = bounded(self._with(found))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError):
            return

    def _with(self, found: dict[str, Any]) -> StepRecord:
        record, hide = self.record, self._hide
        if "progress" in found:
            done, total, unit = found["progress"]
            record = record._replace(
                progress=Progress(_whole(done), None if total is None else _whole(total), hide(str(unit))[:40])
            )
        if "count" in found:
            counts = dict(record.counts)
            for name, number in found["count"].items():
                counts[hide(name)] = max(-MOST, min(MOST, counts.get(hide(name), 0) + _whole(number)))
            record = record._replace(counts=counts)
        if "summary" in found:
            name, text = found["summary"]
            record = record._replace(summaries={**record.summaries, hide(str(name)): hide(str(text))})
        if "reason" in found:
            record = record._replace(reason=hide(str(found["reason"])))
        return record


def _whole(number: Any) -> int:
    whole = int(number)
    if abs(whole) > MOST:
        raise ValueError("beyond all bounds")
    return whole
