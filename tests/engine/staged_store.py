"""A store that fails and dawdles when told to, over one of the ledgers. Implements ports.Store."""

from collections import deque
from collections.abc import Callable
from typing import Any

from sexton.model.errors import StoreError
from sexton.model.ledger import Find, Row
from sexton.ports import Answer, Loop
from tests.engine.ledgers import Ledger

EVERYTHING = 1_000_000


class StagedStore:
    """`done` keeps every change that was made. `failing` says which changes the disk refuses; while `held`, nothing
    is written (a stalled disk) until `release`."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.done: list[object] = []
        self.failing: Callable[[object], bool] = lambda change: False
        self.failures = 0
        self.held = False
        self._turn: list[tuple[object, Answer]] = []
        self._queue: deque[tuple[object, Answer]] = deque()
        self._asked: deque[tuple[object, Answer]] = deque()
        self._loop: Loop | None = None

    def attach(self, loop: Loop) -> None:
        """Serve a new engine. What the one before submitted and had no answer to is lost, as in a crash."""
        self._loop = loop
        self._turn.clear()
        self._queue.clear()
        self._asked.clear()

    def submit(self, change: object, answer: Answer) -> None:
        self._turn.append((change, answer))

    def ask(self, question: object, answer: Answer) -> None:
        self._asked.append((question, answer))

    def flush(self) -> None:
        self._queue.extend(self._turn)
        self._turn.clear()
        while self._asked:
            question, answer = self._asked.popleft()
            self._post(answer, self.ledger.look(question))
        while self._queue and not self.held:
            change, answer = self._queue.popleft()
            self._post(answer, self._make(change))

    def hold(self) -> None:
        self.held = True

    def release(self) -> None:
        """Write what waits; its answers come with the next turns."""
        self.held = False
        self.flush()

    def rows(self, **conditions: Any) -> list[Row]:
        """The rows that fit, oldest first."""
        found = self.ledger.look(Find(limit=EVERYTHING, **conditions))
        return list(reversed(found))

    def _make(self, change: object) -> object:
        if self.failing(change):
            self.failures += 1
            return StoreError("cannot write to the ledger: no space left on device")
        self.done.append(change)
        return self.ledger.do(change)

    def _post(self, answer: Answer, value: object) -> None:
        assert self._loop is not None
        self._loop.post(lambda: answer(value))
