"""The database of the ingest: the weather, the flagged rows, and a ledger of the files that they came from.

Invariant: a file's rows and its ledger entry are written in one transaction, so whatever happens to the process,
a content (known by its SHA-256) is in the database completely and once, or not at all.
"""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from rows import Sorted

SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, folder TEXT NOT NULL, run_id TEXT,
    loaded INTEGER NOT NULL, flagged INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS weather (
    date TEXT PRIMARY KEY, precipitation REAL NOT NULL, temp_max REAL NOT NULL, temp_min REAL NOT NULL,
    wind REAL NOT NULL, weather TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES files);
CREATE TABLE IF NOT EXISTS flagged (
    sha256 TEXT NOT NULL REFERENCES files, line INTEGER NOT NULL, "column" TEXT NOT NULL, value TEXT NOT NULL,
    reason TEXT NOT NULL, "row" TEXT NOT NULL, PRIMARY KEY (sha256, line));
"""


class Entry(NamedTuple):
    """A file in the ledger; `folder` is the dated folder (YYYY/mm/dd) that its parts are filed under."""

    sha256: str
    name: str
    folder: str
    run_id: str | None


def open_ledger(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=30, isolation_level=None)
    db.executescript(SCHEMA)
    return db


def known(db: sqlite3.Connection, sha256: str) -> Entry | None:
    """The entry of a content that was loaded before."""
    found = db.execute("SELECT sha256, name, folder, run_id FROM files WHERE sha256 = ?", (sha256,)).fetchone()
    return Entry(*found) if found else None


def load(db: sqlite3.Connection, entry: Entry, rows: Sorted) -> Entry:
    """Load a file, unless its content was loaded before: then the first entry stands and is returned."""
    with db:
        # The write lock comes before the look-up, so two ingests at once cannot both find the content new.
        db.execute("BEGIN IMMEDIATE")
        before = known(db, entry.sha256)
        if before is None:
            write(db, entry, rows)
        return before or entry


def write(db: sqlite3.Connection, entry: Entry, rows: Sorted) -> None:
    """A day that an earlier file gave is replaced: a later delivery is a correction."""
    db.executemany("INSERT OR REPLACE INTO weather VALUES (?,?,?,?,?,?,?)", ((*day, entry.sha256) for day in rows.good))
    db.executemany("INSERT INTO flagged VALUES (?,?,?,?,?,?)", ((entry.sha256, *flag) for flag in rows.flagged))
    enter(db, entry, len(rows.good), len(rows.flagged))


def enter(db: sqlite3.Connection, entry: Entry, loaded: int, flagged: int) -> None:
    db.execute("INSERT INTO files VALUES (?,?,?,?,?,?)", (*entry, loaded, flagged))
