"""The store with an eye on how it does, for the engine's health. Implements ports.Store by handing all on.

A disk can refuse or stall; both are told, and neither is waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sexton.model.errors import SextonError
from sexton.model.units import SECOND, Elapsed

if TYPE_CHECKING:
    from sexton.ports import Answer, Clock, Store

STALLED = 10 * SECOND


class WatchedStore:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._refused: str | None = None
        self._waiting = 0  # changes that have no answer yet
        self.on_trouble: Callable[[str | None], None] | None = None  # called when it begins, and when it is over
        self.on_quiet: Callable[[], None] | None = None  # called once when the last change has its answer
        self._since: Elapsed = 0  # when the first of them came, or the last answer

    @property
    def quiet(self) -> bool:
        """Whether every change has its answer."""
        return not self._waiting

    @property
    def trouble(self) -> str | None:
        """Why the last change could not be written, or for how long none has been; None when all is well."""
        silent = self._clock.now().elapsed - self._since
        if self._waiting and silent >= STALLED:
            return f"nothing was written for {silent // SECOND} s"
        return self._refused

    def submit(self, change: object, answer: Answer) -> None:
        if not self._waiting:
            self._since = self._clock.now().elapsed
        self._waiting += 1
        self._store.submit(change, lambda result: self._answered(result, answer))

    def ask(self, question: object, answer: Answer) -> None:
        self._store.ask(question, answer)

    def flush(self) -> None:
        self._store.flush()

    def _answered(self, result: Any, answer: Answer) -> None:
        self._waiting -= 1
        self._since = self._clock.now().elapsed
        before, self._refused = self._refused, str(result) if isinstance(result, SextonError) else None
        if self.on_trouble is not None and (before is None) != (self._refused is None):
            self.on_trouble(self._refused)
        answer(result)
        if self.on_quiet is not None and self.quiet:
            call, self.on_quiet = self.on_quiet, None
            call()
