"""The step `load`, and files that the database does not take: the others are loaded all the same."""

from pathlib import Path
from typing import Any

import pytest

from sexton.config.steps.load import Options
from sexton.steps import load
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.manifest import Entry
from tests.steps.doing import Remembering, entry, work, written
from tests.steps.load.conftest import Target


def csv(place: Path, name: str, rows: str, header: str = "degrees") -> Entry:
    return entry(written(place / name, f"{header}\n{rows}\n"))


def failing(target: Target, place: Path, *files: Entry, **options: Any) -> tuple[StepError, Remembering]:
    report = Remembering()
    with pytest.raises(StepError) as caught:
        load.run(Options(target.url, "readings", **options), work(place, *files, report=report))
    return caught.value, report


def test_a_file_that_is_refused_keeps_no_other_from_being_loaded(target: Target, tmp_path: Path) -> None:
    target.ask("CREATE TABLE readings (degrees integer CHECK (degrees < 60))")
    good, late = csv(tmp_path, "a.csv", "17"), csv(tmp_path, "e.csv", "18\n19")
    much = csv(tmp_path, "b.csv", "20\n99")
    strange, changed = csv(tmp_path, "c.csv", "1", "height"), csv(tmp_path, "d.csv", "1")._replace(sha256="0" * 64)

    error, report = failing(target, tmp_path, good, much, strange, changed, late)

    assert type(error) is StepError
    assert str(error).startswith("cannot load b.csv: ")
    assert "b.csv:3" in str(error)
    assert str(error).endswith("; refused as well: c.csv, d.csv")
    assert report.counts == {"files": 2, "rows": 3, "refused": 3}
    assert report.summaries == {"refused": str(error)}
    assert target.ask("SELECT degrees FROM readings ORDER BY 1") == [(17,), (18,), (19,)]


def test_a_rule_that_is_looked_at_last_refuses_one_file_as_well(postgres: Target, tmp_path: Path) -> None:
    """With the commit, that is."""
    postgres.ask("CREATE TABLE stations (degrees integer PRIMARY KEY)")
    postgres.ask("INSERT INTO stations VALUES (17)")
    rule = "REFERENCES stations (degrees) DEFERRABLE INITIALLY DEFERRED"
    postgres.ask(f"CREATE TABLE readings (degrees integer {rule})")

    _, report = failing(postgres, tmp_path, csv(tmp_path, "a.csv", "99"), csv(tmp_path, "b.csv", "17"))

    assert report.counts == {"files": 1, "rows": 1, "refused": 1}


def test_many_refused_files_are_named_up_to_a_number(sqlite: Target, tmp_path: Path) -> None:
    sqlite.ask("CREATE TABLE readings (degrees integer NOT NULL)")
    files = [csv(tmp_path, f"{number}.csv", '""', "height") for number in range(30)]

    error, report = failing(sqlite, tmp_path, *files)

    assert report.counts == {"refused": 30}
    assert str(error).endswith("20.csv and 9 more")


def test_what_is_no_matter_of_the_file_ends_the_step_at_once(target: Target, tmp_path: Path) -> None:
    target.ask("CREATE TABLE others (a text)")
    error, report = failing(target, tmp_path, csv(tmp_path, "a.csv", "1"), csv(tmp_path, "b.csv", "2"))

    assert isinstance(error, Misconfigured)
    assert report.counts == {}


def test_why_sqlite_has_ended_a_transaction_by_itself_is_said(sqlite: Target, tmp_path: Path) -> None:
    sqlite.ask("CREATE TABLE readings (degrees text)")
    sqlite.ask(
        "CREATE TRIGGER full BEFORE INSERT ON readings BEGIN INSERT INTO readings WITH RECURSIVE n(i) AS "
        "(SELECT 1) SELECT RAISE(ROLLBACK, 'as a full disk does') FROM n; END"
    )
    error, _ = failing(sqlite, tmp_path, csv(tmp_path, "a.csv", "1"))

    assert "as a full disk does" in str(error)
