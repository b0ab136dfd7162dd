"""Opening and closing the state: lock, examination, schema, identity, then the two threads.

The order matters: nothing is read before the lock is ours, nothing is made before what is there has been examined.
Invariant: when opening fails, everything is as it was and the lock is free.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from sexton.model.ledger import Find, Row
from sexton.model.units import SECOND, Duration
from sexton.store import database, history, identity, switches
from sexton.store.ballast import Ballast
from sexton.store.commits import Committer
from sexton.store.delivery import Post
from sexton.store.places import Lock, inode_guard, make_folder, make_private, place_of
from sexton.store.reader import Reader
from sexton.store.writer import Writer

if TYPE_CHECKING:
    from sexton.ports import Answer

IN_MEMORY = ":memory:"
EVERYTHING = 2**62  # a limit that is none: open rows are as few as the work at hand


class Ledger:
    """ports.Store over the two threads."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    def submit(self, change: object, answer: Answer) -> None:
        self._writer.submit(change, answer)

    def ask(self, question: object, answer: Answer) -> None:
        self._reader.ask(question, answer)

    def flush(self) -> None:
        self._writer.flush()


class OpenStore:
    """A state in use. `loss` says what was lost when the database is not the one that the marker names, else None."""

    def __init__(self, uri: str, state_id: str, writer: Writer, reader: Reader) -> None:
        self.state_id = state_id
        self.loss: str | None = None
        self.store = Ledger(writer, reader)
        self._uri = uri
        self._writer = writer
        self._reader = reader
        self._lock: Lock | None = None

    @property
    def lock(self) -> int | None:
        """The descriptor that holds the state; None for a state in memory."""
        return None if self._lock is None else self._lock.fd

    def hold(self, lock: Lock, loss: str | None) -> None:
        """Keep the lock until the end; a state in memory has none, and nothing to lose."""
        self._lock = lock
        self.loss = loss

    def claimed(self) -> tuple[Row, ...]:
        """The rows that are claimed or queued, oldest first. Blocks: for recovery, before the loop runs."""
        db = database.open_reader(self._uri, self._uri)
        try:
            return history.answer(db, Find(states=("claimed", "queued"), limit=EVERYTHING))[::-1]
        finally:
            db.close()

    def switched_off(self) -> frozenset[tuple[str, str]]:
        """(kind, name) of the jobs that are paused and the services that are disabled. Blocks, as `claimed` does."""
        db = database.open_reader(self._uri, self._uri)
        try:
            return switches.switched_off(db)
        finally:
            db.close()

    def accept_loss(self) -> None:
        """Take the database for this place's state from now on; without a loss nothing happens. Raises StoreError."""
        if self._lock is not None and self.loss is not None:
            identity.accept_loss(self._lock.place, self.state_id)
            self.loss = None

    def close(self, within: Duration = 5 * SECOND) -> bool:
        """Write what was submitted, and let go of the state. False: a stalled disk did not let that happen in time;
        the lock is then kept, since the writer may still write, until the process ends or a later call is true."""
        deadline = time.monotonic() + within / SECOND
        self._reader.stop()
        self._reader.join(within // 2)  # first, so that the writer's close finds no reader and empties the log
        self._writer.stop()
        written = self._writer.join(max(0, int((deadline - time.monotonic()) * SECOND)))
        if written and self._lock is not None:
            self._lock.release()
        return written


def open_store(path: str, post: Post, held: int | None = None) -> OpenStore:
    """Open the state at `path`, or `:memory:`, making it if it is not there. `post` hands a call to the loop's thread;
    `held` is the lock's descriptor, where an earlier image of this process had the state open until now.

    Raises StateHeld when another process has it, StoreError when it cannot be used.
    """
    return _open_memory(post) if path == IN_MEMORY else _open_files(path, post, held)


def check_store(path: str) -> None:
    """Whether this version of Sexton can use the state at `path`, which another process may have open. Changes nothing.
    Raises StoreError."""
    if path != IN_MEMORY:
        database.examine(place_of(path).database, thoroughly=False)


def _open_memory(post: Post) -> OpenStore:
    uri = database.memory_uri(os.urandom(8).hex())
    return _start(database.open_writer(uri, IN_MEMORY), uri, post, lambda: None, Ballast(None))


def _open_files(path: str, post: Post, held: int | None) -> OpenStore:
    place = place_of(path)
    make_folder(place)
    with ExitStack() as undo:
        lock = Lock(place, held)
        undo.callback(lock.release)
        marker = identity.read_marker(place)
        loss = identity.loss_of(place, marker, database.examine(place.database, thoroughly=held is None))
        make_private(place.database)
        uri = database.file_uri(place.database, "rw")
        db = database.open_writer(uri, place.database)
        undo.callback(db.close)
        if marker is None:
            identity.write_marker(place, database.state_id(db))
        store = _start(db, uri, post, inode_guard(place.database), Ballast(place.ballast))
        store.hold(lock, loss)
        undo.pop_all()
    return store


def _start(db: sqlite3.Connection, uri: str, post: Post, guard: Callable[[], None], ballast: Ballast) -> OpenStore:
    state_id = database.state_id(db)
    reader_db = database.open_reader(uri, uri)
    return OpenStore(uri, state_id, Writer(db, Committer(db, guard, ballast), post), Reader(reader_db, post))
