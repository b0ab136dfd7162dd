"""Statements for SQLite."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

from sexton.config.steps.sql import Options, control_refused
from sexton.config.steps.statements import statements
from sexton.steps.deadline import Deadline
from sexton.steps.drafts import Draft
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.quoting import quoted
from sexton.steps.sql.session import only
from sexton.steps.sqlite import connect, path_of, transaction, troubles


@contextmanager
def opened(options: Options, deadline: Deadline) -> Iterator["Sqlite"]:
    path = path_of(options.to)
    with troubles("run the statement", path), closing(connect(path, deadline)) as db:
        yield Sqlite(db)


class Sqlite:
    """Implements Session."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def transaction(self) -> AbstractContextManager[None]:
        return transaction(self._db)

    @contextmanager
    def _within(self) -> Iterator[None]:
        """Have SQLite itself refuse what would begin or end a transaction, however it is hidden in a text."""
        refused = []

        def judge(action: int, word: str | None, *_: str | None) -> int:
            if action != sqlite3.SQLITE_TRANSACTION:
                return sqlite3.SQLITE_OK
            refused.append(str(word))
            return sqlite3.SQLITE_DENY

        self._db.set_authorizer(judge)
        try:
            yield
        except sqlite3.DatabaseError as error:
            if refused:
                raise Misconfigured(f"cannot run the statement: {control_refused(refused[0])}") from error
            raise
        finally:
            self._db.set_authorizer(None)

    def run(self, statement: str, parameters: Mapping[str, Any]) -> int:
        rows = 0
        with self._within():
            for one in statements(statement, sqlite=True):
                cursor = self._db.execute(one.text, parameters)
                rows = sum(1 for _ in cursor) if cursor.description else max(cursor.rowcount, 0)
        return rows

    def fetch(self, statement: str, parameters: Mapping[str, Any], draft: Draft) -> int:
        with self._within():
            cursor = self._db.execute(only(statement, sqlite=True), parameters)
        if cursor.description is None:
            raise StepError("cannot keep rows: the statement gives none")
        draft.write(",".join(quoted(column[0]) for column in cursor.description) + "\n")
        rows = 0
        for row in cursor:
            draft.write(",".join("" if cell is None else quoted(_text(cell)) for cell in row) + "\n")
            rows += 1
        return rows


def _text(cell: object) -> str:
    return cell.hex() if isinstance(cell, bytes) else str(cell)
