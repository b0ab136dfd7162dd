"""The step `sql`, by SQLite and by a real PostgreSQL."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sexton.config.steps.sql import Options
from sexton.model.units import SECOND
from sexton.steps import sql
from sexton.steps.errors import Misconfigured, StepError, Temporary
from sexton.steps.manifest import Manifest
from sexton.steps.sql.postgres import Postgres
from sexton.steps.sql.sqlite import Sqlite
from tests.steps.doing import Remembering, entry, tree, work, written
from tests.steps.load.conftest import Target, cluster, postgres, sqlite, target

__all__ = ["cluster", "postgres", "sqlite", "target"]  # fixtures


@pytest.fixture
def table(target: Target) -> Target:
    target.ask("CREATE TABLE readings (station text, degrees int)")
    target.ask("INSERT INTO readings VALUES ('lisbon', 17), ('porto', -2), ('', NULL)")
    return target


def run(target: Target, place: Path, statement: str = "", **options: Any) -> tuple[Manifest, dict[str, int]]:
    report = Remembering()
    handed = sql.run(Options(target.url, statement, **options), work(place, report=report))
    return handed, report.counts


def test_a_statement_runs_and_its_rows_are_counted(table: Target, tmp_path: Path) -> None:
    assert run(table, tmp_path, "DELETE FROM readings WHERE degrees < 0") == (Manifest(), {"rows": 1})
    assert table.ask("SELECT count(*) FROM readings") == [(2,)]


def test_several_statements_are_one_transaction(table: Target, tmp_path: Path) -> None:
    file = written(
        tmp_path / "x.sql", "DELETE FROM readings;\nINSERT INTO readings VALUES ('a;b', 1);\nSELECT nothing;"
    )

    with pytest.raises(StepError, match="nothing"):
        run(table, tmp_path, file=str(file))
    assert table.ask("SELECT count(*) FROM readings") == [(3,)]

    file.write_text("DELETE FROM readings;\nINSERT INTO readings VALUES ('a;b', 1);\nSELECT * FROM readings")
    assert run(table, tmp_path, file=str(file))[1] == {"rows": 1}


def test_rows_are_kept_as_a_file_that_is_handed_on(table: Target, tmp_path: Path) -> None:
    statement = "SELECT station, degrees FROM readings ORDER BY station;"

    handed, counts = run(table, tmp_path, statement, into=str(tmp_path / "out/2026"), filename="x/cold.csv")

    assert tree(tmp_path / "out") == {"2026/x/cold.csv": b'station,degrees\n"",\nlisbon,17\nporto,-2\n'}
    assert [(each.name, each.rows, each.size) for each in handed.files] == [("x/cold.csv", 3, 39)]
    assert counts == {"rows": 3}


def test_values_are_bound_and_never_part_of_the_statement(table: Target, tmp_path: Path) -> None:
    mark = ":who" if table.kind == "sqlite" else "%(who)s"
    statement = f"DELETE FROM readings WHERE station = {mark}"

    assert run(table, tmp_path, statement, parameters={"who": "x' OR '1'='1"})[1] == {"rows": 0}
    assert run(table, tmp_path, statement, parameters={"who": "porto"})[1] == {"rows": 1}


@pytest.mark.parametrize(
    ("bounds", "said"), [({"min_rows": 4}, "3 rows where at least 4"), ({"max_rows": 2}, "3 rows where at most 2")]
)
def test_nothing_stays_when_the_number_of_rows_is_out_of_bounds(
    table: Target, tmp_path: Path, bounds: dict[str, int], said: str
) -> None:
    with pytest.raises(StepError, match=f"cannot go on: {said} are meant"):
        run(table, tmp_path, "DELETE FROM readings", **bounds)
    with pytest.raises(StepError, match=said):
        run(table, tmp_path, "SELECT * FROM readings", into=str(tmp_path / "out"), **bounds)

    assert table.ask("SELECT count(*) FROM readings") == [(3,)]
    assert tree(tmp_path / "out") == {}


@pytest.mark.parametrize("text", ["begin; DELETE FROM readings; commit; SELECT 1", "DELETE FROM readings; COMMIT"])
def test_nothing_is_run_when_the_text_would_end_the_transaction_itself(
    table: Target, tmp_path: Path, text: str
) -> None:
    for given in ({"statement": text}, {"file": str(written(tmp_path / "x.sql", text))}):
        with pytest.raises(Misconfigured, match="is not for the statement to say: all of it is one transaction"):
            run(table, tmp_path, max_rows=0, **given)
    assert table.ask("SELECT count(*) FROM readings") == [(3,)]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE job (trigger text, begin text); DELETE FROM readings; COMMIT; SELECT 1",
        "CREATE VIEW trigger AS SELECT 1 AS begin; DELETE FROM readings; END; SELECT 1",
        "DELETE FROM readings; SAVEPOINT a; COMMIT",
        "EXPLAIN COMMIT",
    ],
)
def test_sqlite_itself_refuses_what_ends_the_transaction(sqlite: Target, text: str) -> None:
    sqlite.ask("CREATE TABLE readings (a)")
    sqlite.ask("INSERT INTO readings VALUES (1)")
    with closing(sqlite3.connect(sqlite.url.removeprefix("sqlite:///"), isolation_level=None)) as db:
        session = Sqlite(db)
        with pytest.raises(Misconfigured, match="is not for the statement to say"), session.transaction():
            session.run(text, {})
        with session.transaction():
            assert session.run("SAVEPOINT a; DELETE FROM readings; ROLLBACK TO a; SELECT 1", {}) == 1
    assert sqlite.ask("SELECT count(*) FROM readings") == [(1,)]


@pytest.mark.parametrize(
    "text",
    [
        r"SET standard_conforming_strings = off; SELECT '\''; DELETE FROM readings; COMMIT; SELECT 1; --'",
        r"SET standard_conforming_strings = off; SELECT '\''; DELETE FROM readings; COMMIT; BEGIN; --'",
    ],
)
def test_postgresql_itself_refuses_statements_that_are_hidden_in_one(
    postgres: Target, tmp_path: Path, text: str
) -> None:
    postgres.ask("CREATE TABLE readings (a int)")
    postgres.ask("INSERT INTO readings VALUES (1)")
    with pytest.raises(Misconfigured, match="cannot insert multiple commands"):
        run(postgres, tmp_path, text)
    assert postgres.ask("SELECT count(*) FROM readings") == [(1,)]


def test_quotes_mean_the_same_to_any_server(postgres: Target, tmp_path: Path) -> None:
    odd = postgres._replace(url=postgres.url + "?options=-c%20standard_conforming_strings%3Doff")
    run(odd, tmp_path, r"SELECT 'a\''; COMMIT; SELECT 1 --' AS said", into=str(tmp_path / "out"))
    assert (tmp_path / "out/rows.csv").read_text() == "said\na\\'; COMMIT; SELECT 1 --\n"


def test_it_is_noticed_when_a_statement_has_ended_the_transaction(postgres: Target) -> None:
    with closing(psycopg.connect(postgres.url, autocommit=True)) as db:
        for text in ("COMMIT", "COMMIT; BEGIN"):
            session = Postgres(db)
            with pytest.raises(Misconfigured, match="it ended its transaction itself"), session.transaction():
                session.run(text, {})


def test_statements_that_follow_each_other_share_their_parameters(table: Target, tmp_path: Path) -> None:
    mark = ":who" if table.kind == "sqlite" else "%(who)s"
    text = f"DELETE FROM readings WHERE station = {mark}; SELECT 1 WHERE {mark} = 'porto'; -- done"
    assert run(table, tmp_path, text, parameters={"who": "porto"})[1] == {"rows": 1}
    assert table.ask("SELECT count(*) FROM readings") == [(2,)]


@pytest.mark.parametrize("end", [" -- done", "; -- done", ";", " /* done */ ; ; "])
def test_rows_are_kept_whatever_follows_their_statement(table: Target, tmp_path: Path, end: str) -> None:
    run(table, tmp_path, f"SELECT 1 AS a{end}", into=str(tmp_path / "out"))
    assert (tmp_path / "out/rows.csv").read_text() == "a\n1\n"


def test_rows_of_several_statements_are_not_kept(table: Target, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="these are 2 statements, and with `into` one is meant"):
        run(table, tmp_path, "SELECT 1; DELETE FROM readings", into=str(tmp_path / "out"))


@pytest.mark.parametrize("text", ["COPY readings TO STDOUT", "COPY readings FROM STDIN", "copy (SELECT 1) to stdout"])
def test_a_copy_to_the_client_is_refused_with_what_to_use(postgres: Target, tmp_path: Path, text: str) -> None:
    postgres.ask("CREATE TABLE readings (a int)")
    with pytest.raises(Misconfigured, match="its COPY has nothing here to read from or to write to; `into` keeps"):
        run(postgres, tmp_path, f"SELECT 1; {text}")


def test_a_parameter_without_a_value_is_not_tried_again(postgres: Target, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="parameter missing: day"):
        run(postgres, tmp_path, "SELECT %(day)s", parameters={"dya": "x"})


def test_what_was_handed_on_goes_on_before_the_rows(table: Target, tmp_path: Path) -> None:
    before = entry(written(tmp_path / "a.csv", "a"))
    given = Options(table.url, "SELECT station FROM readings", into=str(tmp_path / "out"))
    assert [each.name for each in sql.run(given, work(tmp_path, before)).files] == ["a.csv", "rows.csv"]


def test_a_statement_that_is_none_is_refused_with_what_the_database_says(table: Target, tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r'cannot run the statement: .*"SELEKT"'):
        run(table, tmp_path, "SELEKT 1")


def test_what_load_would_do_about_a_missing_table_is_not_said(target: Target, tmp_path: Path) -> None:
    target.ask("SELECT 1")
    with pytest.raises(Misconfigured, match=r"no such table: nowhere|\"nowhere\" does not exist") as caught:
        run(target, tmp_path, "SELECT * FROM nowhere")
    assert "create = true" not in str(caught.value)


def test_one_of_a_statement_and_a_file_is_meant(table: Target, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="one of `statement` and `file`"):
        run(table, tmp_path)
    with pytest.raises(Misconfigured, match="a name below a folder"):
        run(table, tmp_path, "SELECT 1", into=str(tmp_path), filename="../x.csv")


def test_a_statement_that_takes_too_long_is_ended(postgres: Target, tmp_path: Path) -> None:
    with pytest.raises(Temporary):
        run(postgres, tmp_path, "SELECT pg_sleep(30)", deadline=SECOND)


def test_a_statement_for_sqlite_that_takes_too_long_is_ended(sqlite: Target, tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    sqlite.ask("CREATE TABLE readings (a)")
    with pytest.raises(Temporary, match="the deadline has passed"):
        run(sqlite, tmp_path, endless, deadline=SECOND)


def test_a_full_disk_is_said_to_be_full_and_may_pass(sqlite: Target, tmp_path: Path) -> None:
    sqlite.ask("CREATE TABLE readings (a)")
    fill = "INSERT INTO readings WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    with pytest.raises(Temporary, match="full"):
        run(sqlite, tmp_path, f"PRAGMA cache_size = 2; PRAGMA max_page_count = 9; {fill}")


def test_a_mistyped_path_makes_no_database(sqlite: Target, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"there is no such file .*x\.db"):
        run(sqlite, tmp_path, "CREATE TABLE IF NOT EXISTS readings (a)")
    assert not (tmp_path / "data").exists()


def test_an_empty_file_is_a_database(sqlite: Target, tmp_path: Path) -> None:
    written(tmp_path / "data" / "x.db", "")
    run(sqlite, tmp_path, "CREATE TABLE readings (a)")
    assert sqlite.ask("SELECT count(*) FROM readings") == [(0,)]


def test_a_server_looks_whether_its_client_is_still_there(postgres: Target, tmp_path: Path) -> None:
    names = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
    shown = ", ".join(f"current_setting('{name}')" for name in (*names, "idle_in_transaction_session_timeout"))

    run(postgres, tmp_path, f"SELECT {shown}", into=str(tmp_path / "out"), deadline=10 * SECOND)

    (values,) = (tmp_path / "out/rows.csv").read_text().splitlines()[1:]
    *told, idle = values.split(",")
    assert told == ["20", "10", "3", "50000"]
    assert idle.endswith("ms")  # what is left of the deadline
