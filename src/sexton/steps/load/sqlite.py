"""Rows into a table of SQLite: one transaction for each file.

Types are those of the columns (sqlite.org/datatype3.html): digits become numbers where a column wants numbers, `true`
and `false` become 1 and 0 in one that is declared BOOLEAN, everything else stays the text that it is. Invariant: what
SQLite cannot keep of a whole number, a column of whole numbers does not get.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sexton.steps.load.clauses import in_place_of, listed, qualified
from sexton.steps.load.columns import SQLITE, definitions
from sexton.steps.load.database import Loading
from sexton.steps.load.feed import Feed
from sexton.steps.load.ledger import Before
from sexton.steps.load.numbers import Columns, Values, columns_of
from sexton.steps.load.sqlite_ledger import Ledger
from sexton.steps.sqlite import connect, of_sqlite, path_of, transaction

_HINTS = {
    "no such table": "create = true with a `schema` makes it",
    "does not match any PRIMARY KEY or UNIQUE": "the table needs a unique index of the columns in `key`",
}


class Sqlite:
    """The database file that `to` names, made if it is not there and `create` is said."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading
        self._path = path_of(loading.options.to)
        self._table = qualified(loading.options.table)
        self._line = 0  # of the row that is being written

    def __enter__(self) -> Self:
        with self._troubles("open the database"):
            self._db = connect(self._path, self._loading.deadline, self._loading.options.create)
        self._ledger = Ledger(self._db, self._loading)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def load(self, feed: Feed) -> int | Before:
        with self._troubles(f"load {feed.entry.name}", feed.entry.path):
            self._ledger.settle()
            with transaction(self._db):
                self._make_tables()
                return self._ledger.enlist(feed) or self._loaded(feed)

    def _loaded(self, feed: Feed) -> int:
        rows = self._insert(feed)
        feed.verify(rows)
        self._ledger.fill(feed, rows)
        return rows

    def _make_tables(self) -> None:
        """In the transaction of the file, so that nothing is made where nothing is loaded."""
        self._ledger.open()
        options, schema = self._loading.options, self._loading.schema
        if options.create and schema:
            columns = definitions(schema, options.key, SQLITE)
            self._db.execute(f"CREATE TABLE IF NOT EXISTS {self._table} ({columns})")

    def _insert(self, feed: Feed) -> int:
        key = self._loading.options.key
        marks = ", ".join("?" * len(feed.columns))
        in_place = f" {in_place_of(feed.columns, key)}" if key else ""
        sql = f"INSERT INTO {self._table} ({listed(feed.columns)}) VALUES ({marks}){in_place}"
        self._db.executemany(sql, self._counted(feed, self._columns(feed)))
        return self._rows

    def _counted(self, feed: Feed, columns: Columns) -> Iterator[Values]:
        self._rows = 0
        for row in feed.rows():
            self._line = row.line
            self._rows += 1
            if (fault := columns.fault(row.cells)) is not None:
                raise feed.unfit(fault, row.line)
            yield columns.values(row.cells)

    def _columns(self, feed: Feed) -> Columns:
        schema, _, name = self._loading.options.table.rpartition(".")
        info = self._db.execute("SELECT name, type FROM pragma_table_info(?, ?)", (name, schema or "main"))
        types = {str(name).lower(): str(type_).upper() for name, type_ in info}
        if types:
            feed.know(types, str.lower)
        return columns_of(feed.columns, types)

    @contextmanager
    def _troubles(self, doing: str, path: str = "") -> Iterator[None]:
        """Turn what SQLite raises into a StepError that names the line, where there is one."""
        self._line = 0
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
            raise of_sqlite(error, doing, f"{path}:{self._line}" if self._line else self._path, _HINTS) from error
