"""The step `load`: each file once, in one transaction, into SQLite and PostgreSQL alike."""

import json
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sexton.config.steps.load import Options
from sexton.model.units import SECOND
from sexton.steps import load
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from sexton.steps.manifest import Entry, Manifest
from tests.servers.postgres import Postgres
from tests.steps.doing import Remembering, entry, work, written
from tests.steps.dying import dies_at
from tests.steps.load.conftest import Target

READINGS = "station,degrees\nlisbon,17\nporto,-2\n"


def run(target: Target, place: Path, *files: Entry, table: str = "readings", **options: Any) -> dict[str, int]:
    report = Remembering()
    handed = load.run(Options(target.url, table, **options), work(place, *files, report=report))
    assert handed == Manifest(files)
    return report.counts


def csv(place: Path, text: str = READINGS, name: str = "a.csv") -> Entry:
    return entry(written(place / name, text))


@pytest.fixture
def table(target: Target) -> Target:
    target.ask("CREATE TABLE readings (station text, degrees numeric)")
    return target


def test_rows_come_to_the_columns_of_their_names(table: Target, tmp_path: Path) -> None:
    turned = csv(tmp_path, "degrees,station\n17,lisbon\n")

    assert run(table, tmp_path, turned) == {"files": 1, "rows": 1}
    assert table.ask("SELECT station, degrees FROM readings") == [("lisbon", 17)]


def test_the_same_content_is_loaded_once_whatever_it_is_called(table: Target, tmp_path: Path) -> None:
    run(table, tmp_path, csv(tmp_path))

    assert run(table, tmp_path, csv(tmp_path, name="b.csv"), csv(tmp_path)) == {"known": 2}
    assert table.ask("SELECT count(*) FROM readings") == [(2,)]
    assert table.ask("SELECT name, rows, run FROM sexton_load") == [("a.csv", 2, "1")]


def test_the_same_content_goes_to_each_table_that_is_named(table: Target, tmp_path: Path) -> None:
    table.ask("CREATE TABLE others (station text, degrees numeric)")
    run(table, tmp_path, csv(tmp_path))

    assert run(table, tmp_path, csv(tmp_path), table="others") == {"files": 1, "rows": 2}


def test_a_row_takes_the_place_of_the_one_with_its_key_and_the_last_of_a_file_counts(
    target: Target, tmp_path: Path
) -> None:
    target.ask("CREATE TABLE readings (station text PRIMARY KEY, degrees numeric, note text)")
    target.ask("INSERT INTO readings VALUES ('lisbon', 1, 'kept'), ('faro', 5, 'kept')")

    counts = run(target, tmp_path, csv(tmp_path, READINGS + "lisbon,18\n"), key=("station",))

    assert counts == {"files": 1, "rows": 3}
    assert target.ask("SELECT * FROM readings ORDER BY station") == [
        ("faro", 5, "kept"),
        ("lisbon", 18, "kept"),
        ("porto", -2, None),
    ]


def test_nothing_of_a_file_is_there_when_one_of_its_rows_is_refused(target: Target, tmp_path: Path) -> None:
    target.ask("CREATE TABLE readings (station text, degrees numeric NOT NULL)")
    good, bad = csv(tmp_path), csv(tmp_path, READINGS + "faro,\n", "bad.csv")

    with pytest.raises(StepError, match=r"cannot load bad\.csv: .*(null|NULL).*bad\.csv:4"):
        run(target, tmp_path, good, bad)

    assert target.ask("SELECT count(*) FROM readings") == [(2,)]
    assert target.ask("SELECT name FROM sexton_load") == [("a.csv",)]


def test_rows_that_a_trigger_writes_are_not_counted(sqlite: Target, tmp_path: Path) -> None:
    sqlite.ask("CREATE TABLE readings (station text, degrees numeric)")
    sqlite.ask("CREATE TABLE audit (station text)")
    sqlite.ask("CREATE TRIGGER t AFTER INSERT ON readings BEGIN INSERT INTO audit VALUES (new.station); END")

    assert run(sqlite, tmp_path, csv(tmp_path)._replace(rows=2)) == {"files": 1, "rows": 2}
    assert sqlite.ask("SELECT count(*) FROM audit") == [(2,)]


def test_nothing_is_not_an_empty_string(target: Target, tmp_path: Path) -> None:
    target.ask("CREATE TABLE readings (a text, b text)")

    run(target, tmp_path, csv(tmp_path, 'a,b\n,""\n'))

    assert target.ask("SELECT a, b FROM readings") == [(None, "")]


ODD = [
    "\\.",
    "\\N",
    "a\\b",
    'say "x"',
    "one\ntwo",
    "one\n\\.\ntwo",
    " blank ",
    "ünï\u2028cöde",
    "a,b",
    "'; DROP TABLE x",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_arrive_as_they_are(target: Target, tmp_path: Path, text: str) -> None:
    target.ask("CREATE TABLE readings (a text)")
    doubled = text.replace('"', '""')

    run(target, tmp_path, csv(tmp_path, f'a\n"{doubled}"\n"next"\n'))

    assert target.ask("SELECT a FROM readings") == [(text,), ("next",)]


ENDING = ("before", "\\.", "after", "\\.x")  # PostgreSQL takes a line of the second for the end of it all


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_behind_one_that_looks_like_an_end_arrive(target: Target, tmp_path: Path, end: str) -> None:
    target.ask("CREATE TABLE readings (s text)")
    many = end.join(("s", *ENDING, f'"in{end}\\.{end}quotes"', *ENDING * 50_000, ""))

    assert run(target, tmp_path, csv(tmp_path, "\ufeff" + many)) == {"files": 1, "rows": 200_005}
    assert sorted(target.ask("SELECT s, count(*) FROM readings GROUP BY s")) == sorted(
        [(text, 50_001) for text in ENDING] + [(f"in{end}\\.{end}quotes", 1)]
    )


def test_a_line_that_looks_like_an_end_is_refused_when_it_has_too_few_cells(table: Target, tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"a\.csv:4"):
        run(table, tmp_path, csv(tmp_path, READINGS + "\\.\nfaro,20\n"))

    assert table.ask("SELECT count(*) FROM readings") == [(0,)]


def test_a_database_in_another_encoding_has_its_columns_and_texts(foreign: Target, tmp_path: Path) -> None:
    foreign.ask('CREATE TABLE readings (stäte text PRIMARY KEY, "größe" text)')

    run(foreign, tmp_path, csv(tmp_path, "stäte,größe\nKöln,groß\n"), key=("stäte",))

    assert foreign.ask("SELECT * FROM readings") == [("Köln", "groß")]


SCHEMA = {
    "fields": [
        {"name": "id", "type": "integer"},
        {"name": "amount", "type": "number"},
        {"name": "good", "type": "boolean"},
        {"name": "day", "type": "date"},
        {"name": "at", "type": "datetime"},
        {"name": "what", "type": "string", "constraints": {"required": True}},
        {"name": "more", "type": "object"},
    ]
}
TYPED = (
    'id,amount,good,day,at,what,more\n1,12.50,true,2026-11-22,2026-11-22T08:00:00+01:00,x,"{""a"": 1}"\n2,,false,,,y,\n'
)


def schema_in(place: Path) -> str:
    return str(written(place / "schema.json", json.dumps(SCHEMA)))


def test_a_table_is_made_as_the_schema_has_its_columns(postgres: Target, tmp_path: Path) -> None:
    run(postgres, tmp_path, csv(tmp_path, TYPED), schema=schema_in(tmp_path), create=True, key=("id",))

    moment = datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert postgres.ask("SELECT * FROM readings ORDER BY id") == [
        (1, Decimal("12.50"), True, date(2026, 11, 22), moment, "x", {"a": 1}),
        (2, None, False, None, None, "y", None),
    ]


def test_sqlite_keeps_numbers_as_numbers_and_dates_as_text(sqlite: Target, tmp_path: Path) -> None:
    run(sqlite, tmp_path, csv(tmp_path, TYPED), schema=schema_in(tmp_path), create=True, key=("id",))

    assert sqlite.ask("SELECT * FROM readings ORDER BY id") == [
        (1, 12.5, 1, "2026-11-22", "2026-11-22T08:00:00+01:00", "x", '{"a": 1}'),
        (2, None, 0, None, None, "y", None),
    ]


def test_a_table_that_is_there_is_left_as_it_is(table: Target, tmp_path: Path) -> None:
    schema = {"fields": [{"name": "station"}, {"name": "degrees", "type": "integer"}]}
    path = str(written(tmp_path / "schema.json", json.dumps(schema)))

    assert run(table, tmp_path, csv(tmp_path), schema=path, create=True)["rows"] == 2


def test_a_moment_without_a_zone_is_one_of_the_jobs_zone(postgres: Target, tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    postgres.ask("CREATE TABLE readings (at timestamptz)")
    there = work(tmp_path, csv(tmp_path, "at\n2026-11-22T08:00:00\n"))
    there = there._replace(fire_time=there.fire_time.astimezone(ZoneInfo("Asia/Tokyo")))

    load.run(Options(postgres.url, "readings"), there)

    assert postgres.ask("SELECT at FROM readings") == [(datetime(2026, 11, 21, 23, tzinfo=UTC),)]


def test_a_missing_table_and_a_missing_index_say_what_to_do(target: Target, tmp_path: Path) -> None:
    target.ask("CREATE TABLE others (a text)")
    with pytest.raises(Misconfigured, match="create = true with a `schema` makes it"):
        run(target, tmp_path, csv(tmp_path))
    target.ask("CREATE TABLE readings (station text, degrees numeric)")
    with pytest.raises(Misconfigured, match="unique index of the columns in `key`"):
        run(target, tmp_path, csv(tmp_path), key=("station",))


def test_a_column_that_is_not_there_is_named(table: Target, tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"the table has no column height .*a\.csv:1"):
        run(table, tmp_path, csv(tmp_path, "station,height\nx,1\n"))


def test_a_file_that_has_changed_since_is_not_loaded(table: Target, tmp_path: Path) -> None:
    handed = csv(tmp_path)
    written(Path(handed.path), READINGS + "faro,20\n")

    with pytest.raises(StepError, match="it has changed since it was handed on"):
        run(table, tmp_path, handed)
    assert table.ask("SELECT count(*) FROM readings") == [(0,)]


def test_rows_that_got_lost_on_the_way_are_noticed(table: Target, tmp_path: Path) -> None:
    with pytest.raises(StepError, match="2 rows came to the database where it has 3"):
        run(table, tmp_path, csv(tmp_path)._replace(rows=3))
    assert table.ask("SELECT count(*) FROM readings") == [(0,)]


@pytest.mark.parametrize("text", ["", "\n", "a,a\n1,2\n", "a,\n1,2\n"])
def test_a_first_line_without_names_is_refused(table: Target, tmp_path: Path, text: str) -> None:
    with pytest.raises(StepError, match="no names of columns"):
        run(table, tmp_path, csv(tmp_path, text))


def test_a_line_with_too_few_cells_is_named(table: Target, tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"a\.csv:3"):
        run(table, tmp_path, csv(tmp_path, "station,degrees\nlisbon,1\nporto\n"))


def test_an_earlier_attempt_of_a_run_is_turned_away(table: Target, tmp_path: Path) -> None:
    options = Options(table.url, "readings")
    newer = work(tmp_path, csv(tmp_path))._replace(fence=6)
    load.run(options, newer)

    older = work(tmp_path, csv(tmp_path, READINGS + "faro,20\n"))._replace(fence=5)
    with pytest.raises(StepError, match="has a newer attempt than this one"):
        load.run(options, older)


def test_a_step_that_is_killed_anywhere_leaves_all_of_a_file_or_nothing(table: Target, tmp_path: Path) -> None:
    handed = csv(tmp_path, "station,degrees\n" + "".join(f"s{number},{number}\n" for number in range(50)))
    given = work(tmp_path, handed)
    point = 1
    while dies_at(point, lambda: load.run(Options(table.url, "readings"), given)):
        assert table.ask("SELECT count(*) FROM readings")[0][0] in (0, 50)
        point += 1

    assert point > 2
    assert run(table, tmp_path, handed) == {"known": 1}
    assert table.ask("SELECT count(*) FROM readings") == [(50,)]


def test_two_that_load_the_same_at_once_load_it_once(postgres: Target, tmp_path: Path) -> None:
    """The second waits for the first to be done with it."""
    import psycopg

    postgres.ask("CREATE TABLE readings (station text, degrees numeric)")
    handed = csv(tmp_path)
    run(postgres, tmp_path, csv(tmp_path, "station,degrees\n", "none.csv"))  # makes the ledger
    with psycopg.connect(postgres.url) as other:
        row = "'public.readings', %s, 'a.csv', '', '', 0, 2, now()"
        other.execute(f"INSERT INTO sexton_load VALUES ({row})", (handed.sha256,))
        done = threading.Timer(0.2, other.commit)
        done.start()
        assert run(postgres, tmp_path, handed) == {"known": 1}
        done.join()


def test_a_wrong_password_is_no_matter_for_another_attempt_and_is_not_told(postgres: Target, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="password authentication failed") as caught:
        run(postgres, tmp_path, csv(tmp_path), password="hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_away_may_be_back_for_the_next_attempt(tmp_path: Path) -> None:
    away = Target("postgres", "postgresql://nobody@127.0.0.1:9/x", lambda _: [])
    with pytest.raises(Temporary, match=r"cannot connect to the database 127\.0\.0\.1/x"):
        run(away, tmp_path, csv(tmp_path))


def test_a_deadline_ends_what_waits_for_another(postgres: Target, tmp_path: Path) -> None:
    import psycopg

    postgres.ask("CREATE TABLE readings (station text, degrees numeric)")
    with psycopg.connect(postgres.url) as other:
        other.execute("LOCK TABLE readings")
        with pytest.raises(Temporary):
            run(postgres, tmp_path, csv(tmp_path), deadline=SECOND)


def test_a_server_that_crashes_during_the_copy_has_nothing_and_all_of_it_after_the_next_attempt(
    tmp_path: Path,
) -> None:
    many = csv(tmp_path, "station,degrees\n" + "".join(f"s{number},{number}\n" for number in range(200_000)))
    with Postgres() as server:
        target = Target("postgres", server.new_database(), lambda _: [])
        database = target.url.rpartition("/")[2]
        server.psql("CREATE TABLE readings (station text, degrees numeric)", database)
        report = Crashing(server)
        with pytest.raises(Temporary, match=r"cannot load a\.csv"):
            load.run(Options(target.url, "readings"), work(tmp_path, many, report=report))
        server.start()
        assert server.psql("SELECT count(*) FROM readings", database) == "0"

        assert run(target, tmp_path, many)["rows"] == 200_000
        assert server.psql("SELECT count(*) FROM readings", database) == "200000"


class Crashing(Remembering):
    """Stops the server in the middle of the first file."""

    def __init__(self, server: Postgres) -> None:
        super().__init__()
        self._server: Postgres | None = server

    def progress(self, done: int, total: int | None, unit: str) -> None:
        if self._server and total and done > total // 2:
            self._server.stop("immediate")
            self._server = None
