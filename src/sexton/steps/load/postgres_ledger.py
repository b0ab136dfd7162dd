"""The ledger of loads in PostgreSQL: made, or given what one of before has not, with no more rights than that takes.

Its `target` is the table itself, `SCHEMA.NAME` as the server has them, whatever the search path lets it be called.
"""

from typing import Any

from sexton.steps.errors import NotPermitted
from sexton.steps.load import ledger
from sexton.steps.load.database import Late, Loading
from sexton.steps.load.feed import Feed
from sexton.steps.load.ledger import Before
from sexton.steps.postgres import driver

LOCK = "SELECT pg_advisory_xact_lock(hashtext('sexton_load'))"  # two that make one table at once collide otherwise
_HAS_INSTANCE = """SELECT count(*) > 0 FROM pg_attribute
    WHERE attrelid = to_regclass('sexton_load') AND attname = 'instance' AND NOT attisdropped"""
_TARGET = """SELECT nspname || '.' || relname, relname, to_regclass(quote_ident(relname)) = pg_class.oid
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE pg_class.oid = to_regclass(%s)"""
_CALLED_ANEW = """UPDATE sexton_load AS old SET target = %(target)s WHERE target = %(name)s AND NOT EXISTS (
    SELECT FROM sexton_load AS new WHERE new.target = %(target)s AND new.sha256 = old.sha256)"""
_MOMENT = """to_char(loaded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""


class Ledger:
    """Of loads into the table that is written `table`, quoted. Everything raises StepError or psycopg.Error."""

    def __init__(self, db: Any, loading: Loading, table: str) -> None:
        self._db = db
        self._loading = loading
        self._table = table
        self._target = loading.options.table
        self._settled = False

    def open(self) -> None:
        """Have it there, with all columns."""
        if self._one("SELECT to_regclass('sexton_load') IS NULL"):
            self._change(ledger.TABLE.format(moment="timestamptz"))
        elif not self._one(_HAS_INSTANCE):
            self._widen(f"ALTER TABLE sexton_load ADD COLUMN IF NOT EXISTS {ledger.INSTANCE}")

    def settle(self) -> None:
        """See which table it is. Rows of before, which had its name as somebody wrote it, become its rows."""
        found = None if self._settled else self._db.execute(_TARGET, (self._table,)).fetchone()
        if found is None:
            return
        self._target, name, is_in_path = found
        if is_in_path:
            self._db.execute(_CALLED_ANEW, {"target": self._target, "name": name})
        self._settled = True

    def enlist(self, feed: Feed) -> Before | None:
        """Take the file for loaded; what there is of it if it was. One that another is just loading is waited for.
        Raises Late for an attempt that is not its run's newest."""
        work = self._loading.work
        if ledger.is_late(self._one(ledger.NEWEST.format(mark="%s"), work.job, work.run, work.instance), work):
            raise Late(self._loading.late())
        sql = ledger.INSERT.format(mark="%s", now="now()")
        if self._db.execute(sql, ledger.row_of(feed, self._target, work)).rowcount == 1:
            return None
        before = ledger.BEFORE.format(mark="%s", loaded=_MOMENT)
        return ledger.before_of(self._db.execute(before, (self._target, feed.entry.sha256)).fetchone(), feed)

    def fill(self, feed: Feed, rows: int) -> None:
        self._db.execute(ledger.FILL.format(mark="%s"), (rows, self._target, feed.entry.sha256))

    def _one(self, statement: str, *values: Any) -> Any:
        row = self._db.execute(statement, values).fetchone()
        return row[0] if row else None

    def _widen(self, statement: str) -> None:
        try:
            self._change(statement)
        except driver().errors.InsufficientPrivilege as error:
            said = f"{error.diag.message_primary}; whoever owns it can: {statement}"
            raise NotPermitted(f"cannot widen the ledger of loads: {said}") from error

    def _change(self, statement: str) -> None:
        with self._db.transaction():
            self._db.execute(LOCK)
            self._db.execute(statement)
