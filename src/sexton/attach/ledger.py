"""A ledger for one who remembers nothing: it answers as the real one does, and keeps no row.

Its only state is which ids the queued runs have, as many as wait at once. That no slot is claimed twice is the
scheduler's doing, whose watermark only grows while the process lives. Implements ports.Store.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sexton.model.ledger import Cancelled, Claim, Claimed, Closed, End, Ended, Enlist, Enlisted, Prune, Queued

if TYPE_CHECKING:
    from sexton.ports import Answer, Loop


class Unwritten:
    """Answers come in the turn after, in order."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._submitted: list[tuple[object, Answer]] = []
        self._last = 0  # id of a row
        self._fence = 0
        self._queued: dict[str, int] = {}  # by slot
        self._make: dict[type, Callable[[Any], object]] = {
            Enlist: _enlist,
            Claim: self._claim,
            Queued: self._queue,
            Closed: lambda change: self._next(),
            End: lambda change: Ended(took=True),
            Cancelled: self._cancel,
            Prune: lambda change: 0,
        }

    def submit(self, change: object, answer: Answer) -> None:
        self._submitted.append((change, answer))

    def ask(self, question: object, answer: Answer) -> None:
        """There is no history."""
        self._loop.post(lambda: answer(()))

    def flush(self) -> None:
        submitted, self._submitted = self._submitted, []
        for change, answer in submitted:
            self._post(answer, self.do(change))

    def do(self, change: object) -> object:
        """What the change is answered with."""
        return self._make[type(change)](change)

    def _post(self, answer: Answer, value: object) -> None:
        self._loop.post(lambda: answer(value))

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _claim(self, change: Claim) -> Claimed:
        self._fence += 1
        return Claimed(self._queued.pop(change.slot, 0) or self._next(), self._fence)

    def _queue(self, change: Queued) -> int:
        self._queued[change.slot] = self._next()
        return self._last

    def _cancel(self, change: Cancelled) -> Ended:
        self._queued = {slot: run_id for slot, run_id in self._queued.items() if run_id != change.run_id}
        return Ended(took=True)


def _enlist(change: Enlist) -> Enlisted:
    """Every start is the first: what came before is nobody's debt."""
    return Enlisted(dict.fromkeys(change.schedules, change.now), dict.fromkeys(change.schedules, change.now))
