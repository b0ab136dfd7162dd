"""A loop small enough for the store's tests: it hands changes over and waits for their answers."""

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from sexton.model.ledger import Claim, Claimed, End
from sexton.model.run import Outcome
from sexton.store import OpenStore, open_store

PATIENCE = 30.0  # seconds until a missing answer fails the test


class Desk:
    """Drives one store on the test's thread, as the loop would. Open one per test; `close` when done."""

    def __init__(self, open_at: str) -> None:
        self.posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.opened: OpenStore = open_store(open_at, self.posted.put)
        self.store = self.opened.store
        self.deliveries = 0

    def do(self, *changes: object) -> list[Any]:
        """Submit all of them in one turn; their answers in the order of delivery."""
        answers: list[Any] = []
        for change in changes:
            self.store.submit(change, answers.append)
        self.store.flush()
        self.turn_until(lambda: len(answers) == len(changes))
        return answers

    def ask(self, question: object) -> Any:
        answers: list[Any] = []
        self.store.ask(question, answers.append)
        self.turn_until(lambda: bool(answers))
        return answers[0]

    def turn_until(self, done: Callable[[], bool]) -> None:
        while not done():
            self.posted.get(timeout=PATIENCE)()
            self.deliveries += 1

    def close(self) -> None:
        assert self.opened.close()


def claim(job: str = "ingest", slot: str = "s1", token: str = "t1", **other: Any) -> Claim:
    return Claim(job, slot, token, **{"fire_time": 100, "at": 105, **other})


def end(claimed: Claimed, token: str = "t1", **other: Any) -> End:
    said = {"outcome": Outcome.SUCCEEDED, "reason": "", "ended": 200, "started": 110, **other}
    return End(claimed.run_id, token, claimed.fence, **said)
