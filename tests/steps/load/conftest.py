"""Databases to load into: SQLite in a file, and a real PostgreSQL."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from tests.servers.postgres import Postgres

Ask = Callable[[str], list[tuple[Any, ...]]]


class Target(NamedTuple):
    """`ask` runs a statement on a connection of its own."""

    kind: str
    url: str
    ask: Ask


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def postgres(cluster: Postgres) -> Target:
    return _target(cluster.new_database())


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def foreign(cluster: Postgres, request: pytest.FixtureRequest) -> Target:
    """A database whose texts are not UTF-8; the first is what initdb makes where there is no locale."""
    return _target(cluster.new_database(request.param))


def _target(url: str) -> Target:
    def ask(statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(url, client_encoding="UTF8") as db:
            cursor = db.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    return Target("postgres", url, ask)


@pytest.fixture
def sqlite(tmp_path: Path) -> Target:
    path = tmp_path / "data" / "x.db"

    def ask(statement: str) -> list[tuple[Any, ...]]:
        path.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            return list(db.execute(statement))

    return Target("sqlite", f"sqlite:///{path}", ask)


@pytest.fixture(params=["sqlite", "postgres"])
def target(request: pytest.FixtureRequest) -> Target:
    found: Target = request.getfixturevalue(request.param)
    return found
