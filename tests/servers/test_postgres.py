"""The cluster that other tests ask."""

import os
from collections.abc import Iterator

import psycopg
import pytest

from tests.servers.postgres import Postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


def test_it_answers_by_tcp_and_by_its_socket(server: Postgres) -> None:
    for dsn in (server.dsn, server.socket_dsn):
        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_refuses_a_wrong_password(server: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.dsn.replace(server.password, "wrong"))


def test_what_was_committed_is_there_after_a_crash(server: Postgres) -> None:
    dsn = server.new_database()
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept (n int)")

    server.restart("immediate")

    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_nothing_is_left_when_it_has_ended() -> None:
    with Postgres() as server:
        folder = server.folder

    assert not os.path.exists(folder)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(server.dsn)
