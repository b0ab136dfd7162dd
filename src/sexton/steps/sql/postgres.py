"""Statements for PostgreSQL. Rows come as COPY writes them, so that none is kept in memory."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

from sexton.config.steps.sql import Options
from sexton.steps.deadline import Deadline
from sexton.steps.drafts import Draft
from sexton.steps.errors import Misconfigured
from sexton.steps.postgres import Login, troubles
from sexton.steps.work import Work


@contextmanager
def opened(options: Options, work: Work, deadline: Deadline) -> Iterator["Postgres"]:
    login = {"host": options.host, "port": options.port, "dbname": options.database, "user": options.user}
    zone = getattr(work.fire_time.tzinfo, "key", None) or "UTC"
    connection = Login(options.to, **login, password=options.password).connect(deadline, zone)
    with closing(connection):
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
        """Several statements may follow each other where there are no parameters; the last one counts."""
        cursor = self._db.execute(statement, dict(parameters) or None)
        while cursor.nextset():
            pass
        return max(int(cursor.rowcount), 0)

    def fetch(self, statement: str, parameters: Mapping[str, Any], draft: Draft) -> int:
        one = statement.strip().rstrip(";")
        cursor = self._db.cursor()
        with cursor.copy(f"COPY ({one}) TO STDOUT (FORMAT csv, HEADER true)", dict(parameters) or None) as copy:
            for block in copy:
                draft.write_bytes(bytes(block))
        return int(cursor.rowcount)
