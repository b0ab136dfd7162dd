"""Statements for PostgreSQL. Rows come as COPY writes them, so that none is kept in memory."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

from sexton.config.steps.sql import Options
from sexton.config.steps.statements import statements
from sexton.steps.deadline import Deadline
from sexton.steps.drafts import Draft
from sexton.steps.errors import Misconfigured
from sexton.steps.postgres import Login, driver, troubles
from sexton.steps.sql.session import only
from sexton.steps.work import Work

_NO_COPY = (
    "cannot run the statement: its COPY has nothing here to read from or to write to; `into` keeps the rows of a "
    "SELECT, the step `load` takes those of files"
)


@contextmanager
def opened(options: Options, work: Work, deadline: Deadline) -> Iterator["Postgres"]:
    login = {"host": options.host, "port": options.port, "dbname": options.database, "user": options.user}
    zone = getattr(work.fire_time.tzinfo, "key", None) or "UTC"
    connection = Login(options.to, **login, password=options.password).connect(deadline, zone)
    with closing(connection):
        with troubles("run the statement"):  # so that the server reads quotes as `statements` does
            connection.execute("SET standard_conforming_strings = on")
        yield Postgres(connection)


class Postgres:
    """Implements Session."""

    def __init__(self, db: Any) -> None:
        self._db = db

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with troubles("run the statement"):
            block: AbstractContextManager[object] = self._db.transaction()
            with block, self._within():
                yield

    @contextmanager
    def _within(self) -> Iterator[None]:
        """See at the end, and at an error, that the transaction is still the one that we began."""
        began = self._began()
        try:
            yield
        finally:
            state = self._db.info.transaction_status.name
            if state == "IDLE" or (state == "INTRANS" and self._began() != began):
                raise Misconfigured(
                    "cannot hold the statement to bounds: it ended its transaction itself, and what it did until then "
                    "stays; drop what ends it"
                )

    def _began(self) -> object:
        """When the transaction did that we are in: by that it is known again."""
        return self._db.execute("SELECT now()").fetchone()

    def run(self, statement: str, parameters: Mapping[str, Any]) -> int:
        """Several statements may follow each other; the last one counts."""
        last = None
        with self._one_by_one():
            for one in statements(statement, sqlite=False):
                last = self._db.execute(one.text, dict(parameters) or None)
        return max(int(last.rowcount), 0) if last else 0

    @contextmanager
    def _one_by_one(self) -> Iterator[None]:
        """In a pipeline a server takes one statement at a time, and refuses a text in which it finds several: what it
        runs begins with the word that was looked at (PostgreSQL, Message Flow, Extended Query)."""
        psycopg = driver()
        try:
            with self._db.pipeline():
                yield
        except psycopg.OperationalError as error:
            if self._db.info.transaction_status.name != "ACTIVE":
                raise
            raise Misconfigured(_NO_COPY) from error

    def fetch(self, statement: str, parameters: Mapping[str, Any], draft: Draft) -> int:
        one = only(statement, sqlite=False)
        cursor = self._db.cursor()
        with cursor.copy(f"COPY ({one}\n) TO STDOUT (FORMAT csv, HEADER true)", dict(parameters) or None) as copy:
            for block in copy:
                draft.write_bytes(bytes(block))
        return int(cursor.rowcount)
