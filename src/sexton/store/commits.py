"""Group commit: many changes, one transaction, one fsync.

Each change stands in a savepoint of its own, so that one which fails is answered with a StoreError and alone undone;
where the transaction as a whole fails, all of its changes do. On a full disk the group's changes are tried once more,
each by itself, and where one of them finishes work, the ballast is freed for it; from then on only such changes are
taken, until there is room for the ballast again.
Invariant: every change has exactly one answer, in order, and no answer but a StoreError is given before its commit.
"""

import sqlite3
from collections.abc import Callable, Sequence

from sexton.model.errors import StoreError
from sexton.store.ballast import Ballast
from sexton.store.changes import is_finishing, make
from sexton.store.database import error_code


def no_room(error: Exception) -> bool:
    """Whether freeing space can help: the disk is full, or a quota is used up (which SQLite calls a write error)."""
    return error_code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)


class Committer:
    """Writes groups of changes through `db`; `guard` raises StoreError once the database file is not ours any more."""

    def __init__(self, db: sqlite3.Connection, guard: Callable[[], None], ballast: Ballast) -> None:
        self._db = db
        self._guard = guard
        self._ballast = ballast

    def commit(self, changes: Sequence[object]) -> list[object]:
        """The answers to `changes`, in order; a StoreError stands for each one that was not made. Never raises."""
        self._ballast.restore()
        try:
            return self._transact(changes)
        except Exception as error:  # noqa: BLE001  whatever it was, the answer says it and the writer goes on
            failure = self._undo(error)
        if no_room(failure):
            if any(is_finishing(change) for change in changes):
                self._ballast.free()
            return [self._commit_alone(change) for change in changes]
        return [_refusal(failure)] * len(changes)

    def _commit_alone(self, change: object) -> object:
        """A transaction for one change, since on a full disk one that needs too much would undo its neighbours."""
        try:
            return self._transact([change])[0]
        except Exception as error:  # noqa: BLE001  as above
            return _refusal(self._undo(error))

    def _transact(self, changes: Sequence[object]) -> list[object]:
        self._guard()
        self._db.execute("BEGIN IMMEDIATE")
        answers = [self._make(change) for change in changes]
        self._db.execute("COMMIT")
        self._guard()  # a file deleted in the meantime took the commit with it
        return answers

    def _make(self, change: object) -> object:
        if self._ballast.spent and not is_finishing(change):
            return StoreError("cannot write to the ledger: the disk is full; until there is room only ends are taken")
        self._db.execute("SAVEPOINT change")
        try:
            answer = make(self._db, change)
        except Exception as error:
            if not self._db.in_transaction or (no_room(error) and not self._ballast.spent):
                raise  # the group as a whole: SQLite has undone it, or the ballast can save it
            self._db.execute("ROLLBACK TO change")
            answer = _refusal(error)
        self._db.execute("RELEASE change")
        return answer

    def _undo(self, error: Exception) -> Exception:
        """Leave no transaction open; returns what the group failed of."""
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error as second:
            return second
        return error


def _refusal(error: Exception) -> StoreError:
    if isinstance(error, StoreError):
        return error
    refusal = StoreError(f"cannot write to the ledger: {error}")
    refusal.__cause__ = error
    return refusal
