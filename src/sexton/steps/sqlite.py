"""SQLite for steps: the file that an address names, and what it refuses, as the errors of a step."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, StepError, Temporary

_PATIENCE = 30.0  # seconds that another writer may take
_LOOK = 100_000  # steps of its machine: some milliseconds
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_OURS = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB)
_HINTS = {
    "no such table": "create = true with a `schema` makes it",
    "does not match any PRIMARY KEY or UNIQUE": "the table needs a unique index of the columns in `key`",
}


def path_of(url: str) -> str:
    """Three slashes, and a path from the working directory; four, and one from the root."""
    path = url[len("sqlite:///") :]
    if not path or path == ":memory:":
        raise Misconfigured(f"cannot use {url}: it names no file; sqlite:///data/x.db is meant")
    return path


def connect(path: str, deadline: Deadline) -> sqlite3.Connection:
    """In autocommit; a statement that is still at work when the deadline passes is interrupted. The file is made if it
    is not there, and its folder. Raises OSError, sqlite3.Error, Temporary."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    db = sqlite3.connect(path, timeout=min(_PATIENCE, deadline.left("open the database")), isolation_level=None)
    db.set_progress_handler(lambda: deadline.over, _LOOK)
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """A block that is one transaction, which has the right to write from its beginning on."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def troubles(doing: str, place: str) -> Iterator[None]:
    """Turn what SQLite raises into a StepError."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
        raise of_sqlite(error, doing, place) from error


def of_sqlite(error: Exception, doing: str, place: str) -> StepError:
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
        return Temporary(f"cannot {doing}: the deadline has passed; a longer `deadline` is possible ({place})")
    hint = next((f"; {hint}" for words, hint in _HINTS.items() if words in str(error)), "")
    return _kind_of(error)(f"cannot {doing}: {error}{hint} ({place})")


def _kind_of(error: Exception) -> type[StepError]:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return Temporary if code in _PASSING else Misconfigured if code in _OURS else StepError
