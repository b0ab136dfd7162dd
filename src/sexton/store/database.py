"""The SQLite file: how it is examined, opened and brought to the newest schema. What is written is not its matter.

The schema is made of the numbered scripts in `schema/`; PRAGMA user_version says how many of them a database has
seen. Each is one transaction, so a crash leaves the old schema or the new one. They only go forward.
Invariant: a database that is corrupt, of a newer Sexton, or not Sexton's is refused before one byte of it changes.
"""

import os
import sqlite3
import stat
from collections.abc import Callable, Sequence
from functools import cache

from sexton.model.errors import StoreError

APPLICATION_ID = 0x5358544E  # "SXTN", see file(1) and PRAGMA application_id
SCHEMA = (
    "001_ledger.sql",
    "002_switches.sql",
    "003_attempts.sql",
    "004_late.sql",
    "005_fire_times.sql",
    "006_by_hand.sql",
    "007_backfill.sql",
    "008_outbox.sql",
    "009_steps.sql",
    "010_incidents.sql",
    "011_recipients.sql",
    "012_dropped.sql",
    "013_reminders.sql",
)
BUSY_TIMEOUT = 5.0  # seconds for another program's lock, such as a backup's
MEMDB_SINCE = (3, 36)  # the first SQLite whose memory databases can be shared between connections

WRITER = """
PRAGMA synchronous = FULL;
PRAGMA cache_size = -2000;
PRAGMA journal_size_limit = 4000000;
PRAGMA trusted_schema = OFF;
"""
READER = """
PRAGMA query_only = ON;
PRAGMA cache_size = -500;
PRAGMA trusted_schema = OFF;
"""


def file_uri(path: str, mode: str) -> str:
    """The `file:` URI of `path`; mode is `ro` or `rw`: none that would make a missing file anew."""
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{quoted}?mode={mode}"


def memory_uri(name: str) -> str:
    """A database in memory that all connections of this process can share."""
    if sqlite3.sqlite_version_info < MEMDB_SINCE:
        raise StoreError(f"cannot keep the state in memory: SQLite {sqlite3.sqlite_version} is older than 3.36")
    return f"file:/{name}?vfs=memdb"


def connect(uri: str) -> sqlite3.Connection:
    """A connection without implicit transactions. It may change threads, and belongs to one at a time."""
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)


def examine(path: str, *, thoroughly: bool = True) -> str | None:
    """The state id of the database `path`; None where it is missing or empty. Changes nothing. Raises StoreError.

    `thoroughly`: every page is looked at, which takes a second for a gigabyte."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"cannot read the database: {error.strerror} ({path})") from error
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"cannot use the database: it is not a regular file ({path})")
    if status.st_size == 0:
        return None
    db = connect(file_uri(path, _examining_mode(path)))
    try:
        if thoroughly:
            _verify_sound(db, path)
        return _examine_content(db, path)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    finally:
        db.close()


def _examining_mode(path: str) -> str:
    """Read-only, so that closing does not move a write-ahead log into a database which may be corrupt. A rollback
    journal is what a first start that was cut short leaves; undoing that needs to write, or nothing can be read."""
    return "rw" if os.path.exists(path + "-journal") else "ro"


def _verify_sound(db: sqlite3.Connection, path: str) -> None:
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StoreError(f"cannot use the database: it is corrupt: {verdict} ({path}); restore or move it away")


def _examine_content(db: sqlite3.Connection, path: str) -> str | None:
    if db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        return None
    if _pragma(db, "application_id") != APPLICATION_ID:
        raise StoreError(f"cannot use the database: it is not Sexton's ({path}); set another `state`")
    _refuse_newer(db, len(SCHEMA), path)
    return state_id(db)


def _unusable(path: str, error: sqlite3.Error) -> StoreError:
    if error_code(error) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreError(f"cannot use the database: it is corrupt: {error} ({path}); restore or move it away")
    return StoreError(f"cannot open the database: {error} ({path})")


def error_code(error: BaseException) -> int:
    """SQLite's extended result code; 0 for what did not come from SQLite itself."""
    return int(getattr(error, "sqlite_errorcode", 0))


def open_writer(uri: str, path: str) -> sqlite3.Connection:
    """The one connection that writes, with the newest schema in place. Raises StoreError."""
    return _open(uri, path, _prepare_writer)


def open_reader(uri: str, path: str) -> sqlite3.Connection:
    """A connection that can only read. Raises StoreError."""
    return _open(uri, path, lambda db, _: db.executescript(READER))


def _open(uri: str, path: str, prepare: Callable[[sqlite3.Connection, str], object]) -> sqlite3.Connection:
    try:
        db = connect(uri)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    try:
        prepare(db, path)
    except BaseException as error:
        db.close()
        if isinstance(error, sqlite3.Error):
            raise _unusable(path, error) from error
        raise
    return db


def _prepare_writer(db: sqlite3.Connection, path: str) -> None:
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only has an effect before the first table
    (journal,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if journal not in ("wal", "memory"):
        raise StoreError(f"cannot open the database: no write-ahead log here ({path}); use a local file system")
    db.executescript(WRITER)
    migrate(db, read_schema(), path)


@cache
def read_schema() -> Sequence[str]:
    """The scripts, in their order. They are kept: later they may be somebody else's to read."""
    folder = os.path.join(os.path.dirname(__file__), "schema")
    scripts = []
    for name in SCHEMA:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            scripts.append(file.read())
    return scripts


def migrate(db: sqlite3.Connection, scripts: Sequence[str], path: str) -> None:
    """Run the scripts that this database has not seen yet. Raises StoreError for one that has seen more of them."""
    _refuse_newer(db, len(scripts), path)
    for number in range(_pragma(db, "user_version"), len(scripts)):
        try:
            db.executescript(
                f"BEGIN IMMEDIATE; {scripts[number]}; PRAGMA application_id = {APPLICATION_ID};"
                f" PRAGMA user_version = {number + 1}; COMMIT;"
            )
        except sqlite3.Error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def state_id(db: sqlite3.Connection) -> str:
    """The id that the database was given when it was made."""
    row = db.execute("SELECT value FROM meta WHERE key = 'state_id'").fetchone()
    if row is None:
        raise StoreError("cannot use the database: it has no state id; restore or move it away")
    return str(row[0])


def _refuse_newer(db: sqlite3.Connection, known: int, path: str) -> None:
    version = _pragma(db, "user_version")
    if version > known:
        raise StoreError(
            f"cannot use the database: its schema is version {version}, this Sexton knows up to {known} ({path});"
            " use the newer Sexton that wrote it"
        )


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
