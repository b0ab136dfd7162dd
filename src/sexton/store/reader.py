"""The reader's thread: history on a connection of its own, so that no page delays a claim.

Invariant: questions are answered in the order in which they were asked; more than MAX_WAITING at once are refused.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from queue import SimpleQueue
from signal import SIG_BLOCK, pthread_sigmask, valid_signals
from threading import Thread
from typing import TYPE_CHECKING

from sexton.model.errors import StoreError
from sexton.model.units import SECOND, Duration
from sexton.store import history
from sexton.store.delivery import Delivery, Post

if TYPE_CHECKING:
    from sexton.ports import Answer

MAX_WAITING = 1_000  # questions


class Reader:
    """Owns `db` from now on, and closes it at its end."""

    def __init__(self, db: sqlite3.Connection, post: Post) -> None:
        self._db = db
        self._delivery = Delivery(post)
        self._queue: SimpleQueue[tuple[object, Answer] | None] = SimpleQueue()
        self._open = True
        self._thread = Thread(target=self._work, name="ledger-reader", daemon=True)
        self._thread.start()

    def ask(self, question: object, answer: Answer) -> None:
        self._delivery.waiting += 1
        if not self._open:
            self._refuse(answer, "cannot read the ledger: it is closed")
        elif self._delivery.waiting > MAX_WAITING:
            self._refuse(answer, "cannot read the ledger: too many questions wait")
        else:
            self._queue.put((question, answer))

    def stop(self) -> None:
        """Give up on the question at hand, then end. May be called again."""
        if self._open:
            self._open = False
            self._db.interrupt()  # before the thread can have closed it
            self._queue.put(None)

    def join(self, within: Duration) -> bool:
        """Wait for the end after `stop`; False when it has not come in time."""
        self._thread.join(within / SECOND)
        return not self._thread.is_alive()

    def _refuse(self, answer: Answer, why: str) -> None:
        self._delivery.bring(deque([(answer, StoreError(why))]))

    def _work(self) -> None:
        pthread_sigmask(SIG_BLOCK, valid_signals())  # they are the loop's
        while (asked := self._queue.get()) is not None:
            question, answer = asked
            self._delivery.bring(deque([(answer, self._answer(question))]))
        self._db.close()

    def _answer(self, question: object) -> object:
        if not self._open:
            return StoreError("cannot read the ledger: it is closing")
        try:
            return history.answer(self._db, question)
        except Exception as error:  # noqa: BLE001  whatever it was, the answer says it and the reader goes on
            refusal = StoreError(f"cannot read the ledger: {error}")
            refusal.__cause__ = error
            return refusal
