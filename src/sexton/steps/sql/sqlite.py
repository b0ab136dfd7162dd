"""Statements for SQLite."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

from sexton.config.steps.sql import Options
from sexton.steps.deadline import Deadline
from sexton.steps.drafts import Draft
from sexton.steps.errors import StepError
from sexton.steps.quoting import quoted
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

    def run(self, statement: str, parameters: Mapping[str, Any]) -> int:
        rows = 0
        for one in statements(statement):
            cursor = self._db.execute(one, parameters)
            rows = sum(1 for _ in cursor) if cursor.description else max(cursor.rowcount, 0)
        return rows

    def fetch(self, statement: str, parameters: Mapping[str, Any], draft: Draft) -> int:
        (one,) = statements(statement)[:1] or [statement]
        cursor = self._db.execute(one, parameters)
        if cursor.description is None:
            raise StepError("cannot keep rows: the statement gives none")
        draft.write(",".join(quoted(column[0]) for column in cursor.description) + "\n")
        rows = 0
        for row in cursor:
            draft.write(",".join("" if cell is None else quoted(_text(cell)) for cell in row) + "\n")
            rows += 1
        return rows


def statements(text: str) -> list[str]:
    """Each statement of a text, for SQLite takes one at a time."""
    found, begun = [], ""
    for piece in text.split(";"):
        begun += piece + ";"
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    if begun.strip(" \t\r\n;"):
        found.append(begun)
    return [each for each in found if each.strip(" \t\r\n;")]


def _text(cell: object) -> str:
    return cell.hex() if isinstance(cell, bytes) else str(cell)
