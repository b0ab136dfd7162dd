"""Rows into a table of PostgreSQL: COPY, straight into the table or by way of a staging table where there is a key.

One transaction for each file; a table is made in one of its own. The server reads the CSV itself, and says line and
column where it cannot.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sexton.steps.errors import Temporary
from sexton.steps.load import locks
from sexton.steps.load.clauses import in_place_of, listed, qualified
from sexton.steps.load.columns import POSTGRES, definitions
from sexton.steps.load.database import Loading
from sexton.steps.load.endmark import without_end_marks
from sexton.steps.load.feed import Feed
from sexton.steps.load.ledger import Before
from sexton.steps.load.postgres_ledger import LOCK, Ledger
from sexton.steps.postgres import Login, driver, troubles

_HINTS = {
    "42P01": "create = true with a `schema` makes it",
    "42P10": "the table needs a unique index of the columns in `key`",
}
_STAGING = '"sexton_staging"'
_PATIENCE = 30.0  # seconds that a lock is waited for


class Postgres:
    """The database that `to` names."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading
        options = loading.options
        login = {"host": options.host, "port": options.port, "dbname": options.database, "user": options.user}
        self._login = Login(options.to, **login, password=options.password)
        self._table = qualified(options.table)

    def __enter__(self) -> Self:
        zone = self._loading.work.fire_time.tzinfo
        deadline = self._loading.deadline
        patience = min(_PATIENCE, deadline.left("connect") / 2)  # so that there is time to say who has it
        self._db = self._login.connect(deadline, getattr(zone, "key", None) or "UTC", patience)
        self._ledger = Ledger(self._db, self._loading, self._table)
        try:
            with self._troubles(f"use the database {self._login.place}"):
                self._ledger.open()
        except BaseException:
            self._db.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def load(self, feed: Feed) -> int | Before:
        with self._troubles(f"load {feed.entry.name}", feed.entry.path):
            self._make_table()
            self._ledger.settle()
            with self._db.transaction():
                return self._ledger.enlist(feed) or self._loaded(feed)

    def _loaded(self, feed: Feed) -> int:
        if columns := self._columns():
            feed.know(columns)
        rows = self._upsert(feed) if self._loading.options.key else self._copy(feed, self._table)
        feed.verify(rows)
        self._ledger.fill(feed, rows)
        return rows

    def _make_table(self) -> None:
        options, schema = self._loading.options, self._loading.schema
        if options.create and schema and not self._columns():
            columns = definitions(schema, options.key, POSTGRES)
            with self._db.transaction():
                self._db.execute(LOCK)
                self._db.execute(f"CREATE TABLE IF NOT EXISTS {self._table} ({columns})")

    def _columns(self) -> frozenset[str]:
        """Of the table; none where there is no such table."""
        sql = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
        return frozenset(str(name) for (name,) in self._db.execute(sql, (self._table,)))

    def _copy(self, feed: Feed, table: str) -> int:
        """All rows of the file, as they are. The number of them."""
        columns = listed(feed.columns)
        cursor = self._db.cursor()
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, HEADER true, ENCODING 'UTF8')") as copy:
            for chunk in without_end_marks(feed.chunks(), feed.is_quoted):
                copy.write(chunk)
        return cursor.rowcount

    def _upsert(self, feed: Feed) -> int:
        """By way of a table without rules; of rows with one key the last in the file counts."""
        columns = listed(feed.columns)
        self._db.execute(
            f"CREATE TEMPORARY TABLE {_STAGING} ON COMMIT DROP AS SELECT {columns} FROM {self._table} WITH NO DATA"
        )
        rows = self._copy(feed, _STAGING)
        in_place = in_place_of(feed.columns, self._loading.options.key)
        key = listed(self._loading.options.key)
        into = f"INSERT INTO {self._table} ({columns})"
        try:
            with self._db.transaction():
                self._db.execute(f"{into} SELECT {columns} FROM {_STAGING} {in_place}")
        except driver().errors.CardinalityViolation:  # a key is there twice: without it, this sorting is spared
            last = f"SELECT DISTINCT ON ({key}) {columns} FROM {_STAGING} ORDER BY {key}, ctid DESC"
            self._db.execute(f"{into} {last} {in_place}")
        return rows

    @contextmanager
    def _troubles(self, doing: str, path: str = "") -> Iterator[None]:
        """Those of PostgreSQL, and with a lock that was not to be had, who has it."""
        with troubles(doing, path, _HINTS):
            try:
                yield
            except driver().errors.LockNotAvailable as error:
                raise Temporary(f"cannot {doing}: {locks.kept(self._db, self._table)}") from error
