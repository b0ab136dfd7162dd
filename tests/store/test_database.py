"""What is examined before a database is used, and how it gets its schema."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.model.errors import StoreError
from sexton.model.ledger import Find
from sexton.store import database
from tests.store.desk import Desk, claim

STEPS = ("CREATE TABLE one (x)", "CREATE TABLE two (x); INSERT INTO two VALUES (2)")


@pytest.fixture
def blank() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:", isolation_level=None)
    yield db
    db.close()


def tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def set_version(path: str, number: int) -> None:
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {number}")
    db.close()


def refusal_of(path: str) -> str:
    """Why `path` is refused, twice, and that neither attempt changed a byte of it."""
    before = Path(path).read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            Desk(path)
        assert Path(path).read_bytes() == before
    return str(caught.value)


def test_each_script_runs_once(blank: sqlite3.Connection) -> None:
    database.migrate(blank, STEPS[:1], "x")
    assert (version(blank), tables(blank)) == (1, {"one"})
    for _ in range(2):
        database.migrate(blank, STEPS, "x")
        assert (version(blank), tables(blank)) == (2, {"one", "two"})
        assert blank.execute("SELECT count(*) FROM two").fetchone() == (1,)


def test_a_script_that_fails_leaves_the_schema_as_it_was(blank: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError):
        database.migrate(blank, (STEPS[0], f"{STEPS[1]}; INSERT INTO nowhere VALUES (1)"), "x")
    assert (version(blank), tables(blank), blank.in_transaction) == (1, {"one"}, False)


def test_what_an_older_sexton_has_yet_to_tell_keeps_its_number(blank: sqlite3.Connection) -> None:
    scripts = database.read_schema()
    database.migrate(blank, scripts[:11], "x")
    blank.executescript(
        "INSERT INTO outbox (sink, notice, created, not_before, subject, attempts)"
        " VALUES ('a', '{}', 1, 2, 'job:x', 3);"
        "INSERT INTO outbox (sink, notice, created, not_before, state, ended, error)"
        " VALUES ('a', '{}', 1, 2, 'given_up', 9, 'dropped by hand'), ('a', '{}', 1, 2, 'given_up', 9, 'no');"
        "INSERT INTO outbox (sink, notice, created, not_before) VALUES ('a', '{}', 1, 2);"
        "DELETE FROM outbox WHERE id = 4;"
    )
    database.migrate(blank, scripts, "x")
    rows = blank.execute("SELECT id, state, attempts, subject FROM outbox ORDER BY id").fetchall()
    assert rows == [(1, "pending", 3, "job:x"), (2, "dropped", 0, ""), (3, "given_up", 0, "")]
    cursor = blank.execute("INSERT INTO outbox (sink, notice, created, not_before) VALUES ('a', '{}', 1, 2)")
    assert cursor.lastrowid == 5


def test_the_outbox_that_was_emptied_gives_no_number_twice(blank: sqlite3.Connection) -> None:
    scripts = database.read_schema()
    database.migrate(blank, scripts[:11], "x")
    insert = "INSERT INTO outbox (sink, notice, created, not_before) VALUES ('a', '{}', 1, 2)"
    blank.executescript(f"{insert}; DELETE FROM outbox;")
    database.migrate(blank, scripts, "x")
    assert blank.execute(insert).lastrowid == 2


def test_what_an_older_sexton_has_seen_succeed_is_not_owed(blank: sqlite3.Connection) -> None:
    scripts = database.read_schema()
    database.migrate(blank, scripts[:2], "x")
    blank.executescript(
        "INSERT INTO job (name, watermark) VALUES ('a', 5), ('b', 5);"
        "INSERT INTO run (job, slot, state, created, ended, outcome) VALUES ('a', 's', 'ended', 1, 9, 'succeeded');"
    )
    database.migrate(blank, scripts, "x")
    assert blank.execute("SELECT name, owed FROM job").fetchall() == [("a", 9), ("b", 5)]
    assert blank.execute("SELECT attempt, not_before FROM run").fetchall() == [(1, None)]


def test_a_newer_schema_is_refused(path: str) -> None:
    Desk(path).close()
    set_version(path, 99)
    assert f"its schema is version 99, this Sexton knows up to {len(database.SCHEMA)}" in refusal_of(path)


def scribble(path: str) -> None:
    """Overwrite the middle of the file."""
    with open(path, "r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 20))


def make_large(path: str) -> None:
    desk = Desk(path)
    desk.do(*(claim(slot=f"s{number}") for number in range(2000)))
    desk.close()


def test_a_corrupt_database_is_refused_and_left_alone(path: str) -> None:
    make_large(path)
    scribble(path)
    assert "corrupt" in refusal_of(path)


def test_a_corrupt_database_is_left_alone_when_its_log_is_hot(path: str, tmp_path: Path) -> None:
    make_large(path)
    desk = Desk(path)
    desk.do(claim(slot="last"))
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for companion in ("state.db", "state.db-wal"):
        shutil.copy(tmp_path / companion, crashed)
    desk.close()
    scribble(str(crashed / "state.db"))
    log = (crashed / "state.db-wal").read_bytes()
    assert "corrupt" in refusal_of(str(crashed / "state.db"))
    assert (crashed / "state.db-wal").read_bytes() == log


def test_a_transaction_that_was_cut_short_outside_the_log_is_undone(path: str, tmp_path: Path) -> None:
    make_large(path)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN;")
    db.execute("UPDATE run SET reason = 'half done'")
    for companion in ("state.db", "state.db-journal"):
        shutil.copy(tmp_path / companion, crashed)
    db.close()
    desk = Desk(str(crashed / "state.db"))
    rows = desk.ask(Find(limit=10_000))
    assert len(rows) == 2000
    assert {row.reason for row in rows} == {""}
    desk.close()


def test_a_file_that_is_no_database_is_refused(path: str) -> None:
    Path(path).write_text("these are my notes, " * 1000)
    assert "corrupt: file is not a database" in refusal_of(path)


def test_a_database_of_something_else_is_refused(path: str) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE songs (title)")
    db.close()
    assert "it is not Sexton's" in refusal_of(path)


def test_a_database_that_is_no_file_is_refused(path: str) -> None:
    os.mkdir(path)
    with pytest.raises(StoreError, match="not a regular file"):
        Desk(path)


@pytest.mark.parametrize("name", ["a b", "100%", "what?", "#1", "ü", "a%3fb"])
def test_a_path_is_taken_as_it_is_written(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / f"{name}.db")
    Desk(path).close()
    assert os.path.getsize(path) > 0


def test_commits_are_synchronous_and_the_reader_cannot_write(path: str) -> None:
    Path(path).touch()
    uri = database.file_uri(path, "rw")
    writer = database.open_writer(uri, path)
    reader = database.open_reader(uri, path)
    assert writer.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writer.execute("PRAGMA auto_vacuum").fetchone() == (2,)  # INCREMENTAL
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM run")
    writer.close()
    reader.close()
