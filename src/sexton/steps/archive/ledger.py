"""Which files a step `archive` put where: nothing else is ever deleted.

A row is written before its file is there, so that no file is forgotten; it holds for a file that is still as it was.
"""

import os
import sqlite3
import stat
from typing import NamedTuple

from sexton.model.units import Duration, Instant

TABLES = """
CREATE TABLE IF NOT EXISTS archived (
    path TEXT PRIMARY KEY, step TEXT NOT NULL, folder TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS archived_at ON archived (step, at);
"""


class Row(NamedTuple):
    """`folder` is what `to` was; `modified` in nanoseconds, as stat(2) has it; `at` is when it last came there."""

    path: str
    step: str
    folder: str
    size: int
    modified: int
    at: Instant

    @property
    def holds(self) -> bool:
        """Whether the file is there, and is the one that was put there."""
        try:
            found = os.lstat(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return stat.S_ISREG(found.st_mode) and (found.st_size, found.st_mtime_ns) == (self.size, self.modified)


def write(db: sqlite3.Connection, row: Row) -> None:
    db.execute("INSERT OR REPLACE INTO archived VALUES (?, ?, ?, ?, ?, ?)", row)


def renew(db: sqlite3.Connection, path: str, step: str, at: Instant) -> None:
    """The file that the step has put there came once more."""
    db.execute("UPDATE archived SET at = ? WHERE path = ? AND step = ?", (at, path, step))


def strike(db: sqlite3.Connection, path: str) -> None:
    db.execute("DELETE FROM archived WHERE path = ?", (path,))


def outdated(db: sqlite3.Connection, step: str, before: Instant | None, keep: int | None) -> list[Row]:
    """The rows of files that were put there before an instant, or are not among the newest `keep`; oldest first."""
    ordered = "SELECT path, step, folder, size, modified, at FROM archived WHERE step = ? ORDER BY at DESC, rowid DESC"
    old: dict[str, Row] = {}
    if keep is not None:
        old |= {row[0]: Row(*row) for row in db.execute(f"{ordered} LIMIT -1 OFFSET ?", (step, keep))}
    if before is not None:
        old |= {row[0]: Row(*row) for row in db.execute(ordered, (step,)) if row[5] < before}
    return sorted(old.values(), key=lambda row: (row.at, row.path))


def cutoff(now: Instant, keep_for: Duration | None) -> Instant | None:
    return None if keep_for is None else now - keep_for
