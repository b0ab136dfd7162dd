"""The writer's thread: it sleeps until a turn's changes come, commits all that wait as one group, and answers them.

`submit` and `flush` are the loop's thread's and never block. What waits is bounded: beyond MAX_WAITING only ends are
taken, since nothing can give them back. Invariant: changes are written in the order in which they were submitted.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from queue import Empty, SimpleQueue
from signal import SIG_BLOCK, pthread_sigmask, valid_signals
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias

from sexton.model.errors import StoreError
from sexton.model.units import SECOND, Duration
from sexton.store.changes import is_finishing
from sexton.store.commits import Committer
from sexton.store.delivery import Delivery, Post

if TYPE_CHECKING:
    from sexton.ports import Answer

MAX_WAITING = 20_000  # changes; some 10 MB

_Turn: TypeAlias = "list[tuple[object, Answer]]"


class Writer:
    """Owns `db` from now on, and closes it at its end."""

    def __init__(self, db: sqlite3.Connection, committer: Committer, post: Post) -> None:
        self._db = db
        self._committer = committer
        self._delivery = Delivery(post)
        self._turn: _Turn = []
        self._queue: SimpleQueue[_Turn | None] = SimpleQueue()
        self._open = True
        self._thread = Thread(target=self._work, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, change: object, answer: Answer) -> None:
        self._delivery.waiting += 1
        if not self._open:
            self._refuse(answer, "cannot write to the ledger: it is closed")
        elif self._delivery.waiting > MAX_WAITING and not is_finishing(change):
            self._refuse(answer, "cannot write to the ledger: the disk is too slow, too many changes wait")
        else:
            self._turn.append((change, answer))

    def flush(self) -> None:
        if self._turn:
            self._queue.put(self._turn)
            self._turn = []

    def stop(self) -> None:
        """Write what was submitted, then end. May be called again."""
        if self._open:
            self.flush()
            self._open = False
            self._queue.put(None)

    def join(self, within: Duration) -> bool:
        """Wait for the end after `stop`; False when it has not come in time."""
        self._thread.join(within / SECOND)
        return not self._thread.is_alive()

    def _refuse(self, answer: Answer, why: str) -> None:
        self._delivery.bring(deque([(answer, StoreError(why))]))

    def _work(self) -> None:
        pthread_sigmask(SIG_BLOCK, valid_signals())  # they are the loop's
        going_on = True
        while going_on:
            group, going_on = self._take()
            answers = self._committer.commit([change for change, _ in group]) if group else []
            if group:
                self._delivery.bring(deque(zip((answer for _, answer in group), answers, strict=True)))
        self._db.close()

    def _take(self) -> tuple[_Turn, bool]:
        """All that waits, at least one turn's; False with the last of it."""
        group: _Turn = []
        turn = self._queue.get()
        while turn is not None:
            group += turn
            try:
                turn = self._queue.get_nowait()
            except Empty:
                return group, True
        return group, False
