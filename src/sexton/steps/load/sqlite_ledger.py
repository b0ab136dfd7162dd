"""The ledger of loads in SQLite: made, or given what one of before has not, in the transaction of a file.

Its `target` is the name of the table as the database has it, whose letters may be written in any case.
"""

import sqlite3

from sexton.steps.load import ledger
from sexton.steps.load.database import Late, Loading
from sexton.steps.load.feed import Feed
from sexton.steps.load.ledger import Before
from sexton.steps.sqlite import transaction

_NAME = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE"
_CALLED_ANEW = """UPDATE OR IGNORE sexton_load SET target = :name
    WHERE target <> :name AND target COLLATE NOCASE IN (:name, 'main.' || :name)"""
_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_MOMENT = "substr(loaded, 1, 19) || 'Z'"


class Ledger:
    """Of loads into the table that the options name. Everything raises StepError or sqlite3.Error."""

    def __init__(self, db: sqlite3.Connection, loading: Loading) -> None:
        self._db = db
        self._loading = loading
        schema, _, name = loading.options.table.rpartition(".")
        self._target = name if schema.lower() in ("", "main") else loading.options.table
        self._settled = False

    def open(self) -> None:
        """Have it there, with all columns; part of the transaction of a file."""
        self._db.execute(ledger.TABLE.format(moment="text"))
        if not self._db.execute("SELECT 1 FROM pragma_table_info('sexton_load') WHERE name = 'instance'").fetchone():
            self._db.execute(f"ALTER TABLE sexton_load ADD COLUMN {ledger.INSTANCE}")

    def settle(self) -> None:
        """See which table it is. Rows of before, which had its name as somebody wrote it, become its rows."""
        name = None if self._settled else self._name_of(self._target)
        if name is None:
            return
        if self._name_of("sexton_load"):
            with transaction(self._db):
                self._db.execute(_CALLED_ANEW, {"name": name})
        self._target, self._settled = name, True

    def _name_of(self, table: str) -> str | None:
        found = self._db.execute(_NAME, (table,)).fetchone()
        return str(found[0]) if found else None

    def enlist(self, feed: Feed) -> Before | None:
        """Take the file for loaded; what there is of it if it was. Raises Late for an attempt that is not its run's
        newest."""
        work = self._loading.work
        newest = self._db.execute(ledger.NEWEST.format(mark="?"), (work.job, work.run, work.instance))
        if ledger.is_late(newest.fetchone()[0], work):
            raise Late(self._loading.late())
        sql = ledger.INSERT.format(mark="?", now=_NOW)
        if self._db.execute(sql, ledger.row_of(feed, self._target, work)).rowcount == 1:
            return None
        before = ledger.BEFORE.format(mark="?", loaded=_MOMENT)
        return ledger.before_of(self._db.execute(before, (self._target, feed.entry.sha256)).fetchone(), feed)

    def fill(self, feed: Feed, rows: int) -> None:
        self._db.execute(ledger.FILL.format(mark="?"), (rows, self._target, feed.entry.sha256))
