"""SQLite for steps: the file that an address names, and what it refuses, as the errors of a step."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from errno import ENOENT

from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from sexton.steps.troubles import told

_PATIENCE = 30.0  # seconds that another writer may take
_LOOK = 100_000  # steps of its machine: some milliseconds
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_CLOSED = (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH)
_OURS = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB)
NO_HINTS: Mapping[str, str] = {}


def path_of(url: str) -> str:
    """Three slashes, and a path from the working directory; four, and one from the root."""
    path = url[len("sqlite:///") :]
    if not path or path == ":memory:":
        raise Misconfigured(f"cannot use {url}: it names no file; sqlite:///data/x.db is meant")
    return path


def connect(path: str, deadline: Deadline, create: bool = False) -> sqlite3.Connection:
    """In autocommit; a statement that is still at work when the deadline passes is interrupted. With `create` the file
    is made if it is not there, and its folder. Raises StepError, sqlite3.Error."""
    _open(path, create)
    db = sqlite3.connect(path, timeout=min(_PATIENCE, deadline.left("open the database")), isolation_level=None)
    db.set_progress_handler(lambda: deadline.over, _LOOK)
    return db


def _open(path: str, create: bool) -> None:
    """See that the file is there and may be written: the operating system says better why not than SQLite does."""
    with told("open the database"):
        if create:
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0), 0o666))
        except OSError as error:
            if error.errno != ENOENT:
                raise
            makes = "`load` with create = true makes it, and an empty file will do"
            raise Misconfigured(f"cannot open the database: there is no such file ({path}); {makes}") from None


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """A block that is one transaction, which has the right to write from its beginning on. SQLite itself ends one that
    finds the disk full (sqlite.org/lang_transaction.html)."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def troubles(doing: str, place: str) -> Iterator[None]:
    """Turn what SQLite raises into a StepError."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
        raise of_sqlite(error, doing, place) from error


def of_sqlite(error: Exception, doing: str, place: str, hints: Mapping[str, str] = NO_HINTS) -> StepError:
    """`hints`: what helps where the error has some words in it."""
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
        return Temporary(f"cannot {doing}: the deadline has passed; a longer `deadline` is possible ({place})")
    hint = next((f"; {hint}" for words, hint in hints.items() if words in str(error)), "")
    return _kind_of(error)(f"cannot {doing}: {error}{hint} ({place})")


def _kind_of(error: Exception) -> type[StepError]:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _PASSING:
        return Temporary
    if code in _CLOSED:
        return NotPermitted
    return Misconfigured if code in _OURS else StepError
