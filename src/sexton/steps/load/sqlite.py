"""Rows into a table of SQLite: one transaction for each file.

Types are those of the columns (sqlite.org/datatype3.html): digits become numbers where a column wants numbers, `true`
and `false` become 1 and 0 in one that is declared BOOLEAN, everything else stays the text that it is.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sexton.steps.errors import StepError
from sexton.steps.load.columns import SQLITE, definitions
from sexton.steps.load.database import LEDGER, Loading
from sexton.steps.load.feed import Feed
from sexton.steps.sqlite import connect, of_sqlite, path_of, transaction
from sexton.steps.troubles import told

_LOGICAL = {"true": 1, "false": 0}
Values = tuple[str | int | None, ...]


class Sqlite:
    """The database file that `to` names, made if it is not there."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading
        self._path = path_of(loading.options.to)
        self._table = ".".join(quoted(part) for part in loading.options.table.split("."))
        self._line = 0  # of the row that is being written

    def __enter__(self) -> Self:
        with self._troubles("open the database"), told("open the database"):
            self._db = connect(self._path, self._loading.deadline)
            self._db.execute(LEDGER.format(moment="text"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def load(self, feed: Feed) -> int | None:
        with self._troubles(f"load {feed.entry.name}", feed.entry.path), transaction(self._db):
            self._make_table()
            if not self._enlisted(feed):
                return None
            rows = self._insert(feed)
            feed.verify(rows)
            where = (rows, self._loading.options.table, feed.entry.sha256)
            self._db.execute("UPDATE sexton_load SET rows = ? WHERE target = ? AND sha256 = ?", where)
        return rows

    def _make_table(self) -> None:
        options, schema = self._loading.options, self._loading.schema
        if options.create and schema:
            columns = ", ".join(definitions(schema, options.key, SQLITE, quoted))
            self._db.execute(f"CREATE TABLE IF NOT EXISTS {self._table} ({columns})")

    def _enlisted(self, feed: Feed) -> bool:
        """Whether the file is new here. Raises StepError for an attempt that is not its run's newest."""
        work = self._loading.work
        newest = self._db.execute("SELECT max(fence) FROM sexton_load WHERE job = ? AND run = ?", (work.job, work.run))
        if work.job and (newest.fetchone()[0] or 0) > work.fence:
            raise StepError(self._loading.late())
        row = (self._loading.options.table, feed.entry.sha256, feed.entry.name, work.job, work.run, work.fence)
        sql = """INSERT INTO sexton_load VALUES (?, ?, ?, ?, ?, ?, 0, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
                 ON CONFLICT DO NOTHING"""
        return self._db.execute(sql, row).rowcount == 1

    def _insert(self, feed: Feed) -> int:
        columns = ", ".join(map(quoted, feed.columns))
        marks = ", ".join("?" * len(feed.columns))
        sql = f"INSERT INTO {self._table} ({columns}) VALUES ({marks}){self._in_place_of(feed)}"
        before = self._db.total_changes
        taken = self._counted(feed)
        self._db.executemany(sql, taken)
        return self._rows if self._loading.options.key else self._db.total_changes - before

    def _in_place_of(self, feed: Feed) -> str:
        key = self._loading.options.key
        if not key:
            return ""
        sets = ", ".join(f"{quoted(each)} = excluded.{quoted(each)}" for each in feed.columns if each not in key)
        return f" ON CONFLICT ({', '.join(map(quoted, key))}) DO {'UPDATE SET ' + sets if sets else 'NOTHING'}"

    def _counted(self, feed: Feed) -> Iterator[Values]:
        logical = self._logical(feed.columns)
        self._rows = 0
        for row in feed.rows():
            self._line = row.line
            self._rows += 1
            yield _with_numbers(row.cells, logical) if logical else row.cells

    def _logical(self, columns: tuple[str, ...]) -> frozenset[int]:
        """The places of those that are declared as truth values."""
        schema, _, name = self._loading.options.table.rpartition(".")
        info = self._db.execute("SELECT name, type FROM pragma_table_info(?, ?)", (name, schema or "main"))
        types = {str(name).lower(): str(type_).upper() for name, type_ in info}
        return frozenset(place for place, name in enumerate(columns) if "BOOL" in types.get(name.lower(), ""))

    @contextmanager
    def _troubles(self, doing: str, path: str = "") -> Iterator[None]:
        """Turn what SQLite raises into a StepError that names the line, where there is one."""
        self._line = 0
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
            raise of_sqlite(error, doing, f"{path}:{self._line}" if self._line else self._path) from error


def _with_numbers(cells: tuple[str | None, ...], logical: frozenset[int]) -> Values:
    return tuple(
        _LOGICAL.get(cell, cell) if place in logical and cell is not None else cell for place, cell in enumerate(cells)
    )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
