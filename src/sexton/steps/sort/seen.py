"""Which values, or keys of several, have been there already in a file, and in which line first.

A table of SQLite in a file of its own keeps them, so that memory stays the same however many rows there are (some
8 MB); it is scratch, and gone with the step. Rows that have another fault are not entered.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType

_CACHE = 8192  # kB
_LONGEST = 100  # characters of a key; longer ones are kept as a digest
_SCRATCH = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    f"PRAGMA cache_size = -{_CACHE}",
    "BEGIN",
)


class Seen:
    """For each of `number` rules its own values. A context manager."""

    def __init__(self, path: str, number: int) -> None:
        self._path = path
        self._number = number

    def __enter__(self) -> "Seen":
        self._remove()
        self._database = sqlite3.connect(self._path, isolation_level=None)
        for statement in _SCRATCH:
            self._database.execute(statement)
        for rule in range(self._number):
            self._database.execute(f"CREATE TABLE seen{rule} (key PRIMARY KEY, line) WITHOUT ROWID")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
        self._remove()

    def again(self, rule: int, keys: Sequence[str], lines: Sequence[int]) -> dict[int, int]:
        """Enters keys; for those, by their index, that were there before: in which line."""
        entries = list(zip(map(_short, keys), lines, strict=True))
        entered = self._database.executemany(f"INSERT OR IGNORE INTO seen{rule} VALUES (?, ?)", entries)
        if entered.rowcount == len(entries):
            return {}
        first = f"SELECT line FROM seen{rule} WHERE key = ?"
        found = (self._database.execute(first, (key,)).fetchone()[0] for key, _ in entries)
        return {at: line for at, (line, (_, own)) in enumerate(zip(found, entries, strict=True)) if line != own}

    def _remove(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self._path)


def _short(key: str) -> str | bytes:
    if len(key) <= _LONGEST:
        return key
    from hashlib import blake2b

    return blake2b(key.encode(), digest_size=16).digest()
