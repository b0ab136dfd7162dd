"""What was fetched: in the job's folder what runs that succeeded had, in the run's own what this one has so far.

A file is new unless a run that succeeded had this very version of it, or one with the same content.
"""

import json
import time
from collections.abc import Iterator
from sqlite3 import Connection
from typing import NamedTuple

from sexton.steps.fetch.source import Found
from sexton.steps.manifest import Entry

_COLUMNS = "address TEXT PRIMARY KEY, size INTEGER, modified INTEGER, tag TEXT NOT NULL, sha256 TEXT NOT NULL"
KNOWN = f"CREATE TABLE IF NOT EXISTS known ({_COLUMNS}, seen INTEGER NOT NULL) STRICT;"
GOT = f"CREATE TABLE IF NOT EXISTS got ({_COLUMNS}, files TEXT NOT NULL) STRICT;"
_MOST = 1_000_000  # addresses that are remembered: the ones that were met last


class Had(NamedTuple):
    """A version, and the sha256 of its content."""

    found: Found
    sha256: str


class Got(NamedTuple):
    """What this run has of an address: one file, or several of an archive."""

    had: Had
    files: tuple[Entry, ...]


def known(db: Connection, found: Found) -> Had | None:
    """What the last run that succeeded had of this address."""
    row = db.execute("SELECT size, modified, tag, sha256 FROM known WHERE address = ?", (found.address,)).fetchone()
    return None if row is None else Had(Found(found.address, found.name, *row[:3]), row[3])


def meet(db: Connection, addresses: Iterator[str]) -> None:
    """Note that these were met now."""
    now = time.time_ns() // 1000
    db.execute("BEGIN IMMEDIATE")
    db.executemany("UPDATE known SET seen = ? WHERE address = ?", ((now, address) for address in addresses))
    db.execute("COMMIT")


def remember(db: Connection, all_had: Iterator[Had]) -> None:
    """Nothing of these is new from now on; the addresses that were not met for longest are forgotten."""
    now = time.time_ns() // 1000
    db.execute("BEGIN IMMEDIATE")
    rows = ((had.found.address, *had.found.version, had.sha256, now) for had in all_had)
    db.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.execute(
        "DELETE FROM known WHERE rowid IN (SELECT rowid FROM known ORDER BY seen DESC LIMIT -1 OFFSET ?)", (_MOST,)
    )
    db.execute("COMMIT")


def take(db: Connection, got: Got) -> None:
    files = json.dumps([entry._asdict() for entry in got.files])
    row = (got.had.found.address, *got.had.found.version, got.had.sha256, files)
    db.execute("INSERT OR REPLACE INTO got VALUES (?, ?, ?, ?, ?, ?)", row)


def drop(db: Connection, address: str) -> None:
    db.execute("DELETE FROM got WHERE address = ?", (address,))


def taken(db: Connection) -> Iterator[Got]:
    """What this run has so far, in order."""
    rows = db.execute("SELECT address, size, modified, tag, sha256, files FROM got ORDER BY rowid")
    for address, size, modified, tag, sha256, files in rows:
        entries = tuple(Entry(**each) for each in json.loads(files))
        yield Got(Had(Found(address, "", size, modified, tag), sha256), entries)
