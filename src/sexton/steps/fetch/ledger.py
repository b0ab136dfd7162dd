"""What was fetched: in the job's folder what runs that succeeded had, and what is owed: fetched, and had by none of
them yet; in the run's own what this one has so far.

A file is new unless a run that succeeded had this very version of it, or one with the same content. Invariant: what
was fetched is owed until a run that has it succeeds, and no address that may hold a secret is written down.
"""

import json
import time
from collections.abc import Iterable, Iterator
from sqlite3 import Connection
from typing import Any, NamedTuple

from sexton.steps.fetch.source import Found
from sexton.steps.manifest import Entry

_COLUMNS = "address TEXT PRIMARY KEY, size INTEGER, modified INTEGER, tag TEXT NOT NULL, sha256 TEXT NOT NULL"
KNOWN = f"""CREATE TABLE IF NOT EXISTS known ({_COLUMNS}, seen INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS owed ({_COLUMNS}, files TEXT NOT NULL, asked TEXT NOT NULL, run TEXT NOT NULL,
    said TEXT NOT NULL) STRICT;"""
_OWED = "SELECT address, size, modified, tag, sha256, files, run, said FROM owed"
GOT = f"CREATE TABLE IF NOT EXISTS got ({_COLUMNS}, files TEXT NOT NULL) STRICT;"
_MOST = 1_000_000  # addresses that are remembered: the ones that were met, or owed, last


class Had(NamedTuple):
    """A version, and the sha256 of its content."""

    found: Found
    sha256: str


class Got(NamedTuple):
    """What this run has of an address: one file, or several of an archive."""

    had: Had
    files: tuple[Entry, ...]


class Owed(NamedTuple):
    """What no run that succeeded had yet. `run`: the one that fetched it last. `said`: the run that said that there is
    no whole copy of it any more."""

    got: Got
    run: str
    said: str


def key(address: str) -> str:
    """What an address is written down as. One of another machine may hold a token; and a key stays itself."""
    if "://" not in address:
        return address
    from hashlib import sha256

    digest = sha256(address.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{address.partition('://')[0]}:{digest}"


def known(db: Connection, found: Found) -> Had | None:
    """What the last run that succeeded had of this address."""
    query = "SELECT size, modified, tag, sha256 FROM known WHERE address = ?"
    row = db.execute(query, (key(found.address),)).fetchone()
    return None if row is None else Had(Found(found.address, found.name, *row[:3]), row[3])


def meet(db: Connection, addresses: Iterator[str]) -> None:
    """Note that these were met now."""
    now = time.time_ns() // 1000
    db.execute("BEGIN IMMEDIATE")
    db.executemany("UPDATE known SET seen = ? WHERE address = ?", ((now, key(address)) for address in addresses))
    db.execute("COMMIT")


def remember(db: Connection, all_had: Iterator[Had]) -> None:
    """Nothing of these is new from now on; the addresses that were not met for longest are forgotten."""
    now = time.time_ns() // 1000
    db.execute("BEGIN IMMEDIATE")
    rows = ((key(had.found.address), *had.found.version, had.sha256, now) for had in all_had)
    db.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.execute(
        "DELETE FROM known WHERE rowid IN (SELECT rowid FROM known ORDER BY seen DESC LIMIT -1 OFFSET ?)", (_MOST,)
    )
    db.execute("COMMIT")


def take(db: Connection, got: Got) -> None:
    db.execute("INSERT OR REPLACE INTO got VALUES (?, ?, ?, ?, ?, ?)", _row(got))


def drop(db: Connection, address: str) -> None:
    db.execute("DELETE FROM got WHERE address = ?", (key(address),))


def owe(db: Connection, got: Got, asked: str, run: str) -> None:
    """Until a run has succeeded with it, `got`, of the address in `from` that was `asked`, is owed: the run's version,
    and no other."""
    db.execute("INSERT OR REPLACE INTO owed VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')", (*_row(got), key(asked), run))


def say(db: Connection, owed: Owed, run: str) -> None:
    """The run has said that what is owed is lost."""
    db.execute("UPDATE owed SET said = ? WHERE address = ?", (run, owed.got.had.found.address))


def settle(db: Connection, all_got: Iterable[Got]) -> None:
    """These are owed no longer; a version of another content is."""
    rows = ((key(got.had.found.address), got.had.sha256) for got in all_got)
    db.executemany("DELETE FROM owed WHERE address = ? AND sha256 = ?", rows)


def trim(db: Connection) -> None:
    """Forget what has been owed for longest, beyond all that a job may come to owe."""
    beyond = "SELECT rowid FROM owed ORDER BY rowid DESC LIMIT -1 OFFSET ?"
    db.execute(f"DELETE FROM owed WHERE rowid IN ({beyond})", (_MOST,))


def owed(db: Connection, asked: str) -> list[Owed]:
    """What is owed of an address in `from`, in the order in which it was fetched."""
    rows = db.execute(f"{_OWED} WHERE asked = ? ORDER BY rowid", (key(asked),))
    return [Owed(_got(row[:6]), *row[6:]) for row in rows]


def owed_of(db: Connection, address: str) -> Owed | None:
    """What is owed of a file."""
    row = db.execute(f"{_OWED} WHERE address = ?", (key(address),)).fetchone()
    return None if row is None else Owed(_got(row[:6]), *row[6:])


def is_owed(db: Connection, address: str, asked: str, run: str) -> bool:
    """Whether a file is owed of the address in `from` that was `asked`, and no other run has said that it is lost."""
    query = "SELECT 1 FROM owed WHERE address = ? AND asked = ? AND said IN ('', ?)"
    return db.execute(query, (key(address), key(asked), run)).fetchone() is not None


def taken(db: Connection) -> Iterator[Got]:
    """What this run has so far, in order."""
    rows = db.execute("SELECT address, size, modified, tag, sha256, files FROM got ORDER BY rowid")
    yield from map(_got, rows)


def _row(got: Got) -> tuple[str | int | None, ...]:
    files = json.dumps([entry._asdict() for entry in got.files])
    return (key(got.had.found.address), *got.had.found.version, got.had.sha256, files)


def _got(row: Any) -> Got:
    """Its address is a key."""
    address, size, modified, tag, sha256, files = row
    entries = tuple(Entry(**each) for each in json.loads(files))
    return Got(Had(Found(key(address), "", size, modified, tag), sha256), entries)
