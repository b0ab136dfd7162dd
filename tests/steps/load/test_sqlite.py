"""The step `load` into SQLite: what its file and its numbers are held to."""

import os
from pathlib import Path
from typing import Any

import pytest

from sexton.config.steps.load import Options
from sexton.steps import load
from sexton.steps.errors import Misconfigured, NotPermitted, StepError
from tests.steps.doing import entry, work, written
from tests.steps.load.conftest import Target

LARGEST = 2**63 - 1


def run(url: str, place: Path, number: object, **options: Any) -> None:
    handed = entry(written(place / "a.csv", f"id,note\n1,x\n{number},x\n"))
    load.run(Options(url, "readings", **options), work(place, handed))


@pytest.mark.parametrize("number", [LARGEST, -LARGEST - 1, f"0000{LARGEST}", f"+{LARGEST}"])
def test_a_whole_number_of_64_bit_stays_what_it_is(sqlite: Target, tmp_path: Path, number: object) -> None:
    sqlite.ask("CREATE TABLE readings (id BIGINT, note text)")
    run(sqlite.url, tmp_path, number)
    assert sqlite.ask("SELECT id FROM readings") == [(1,), (int(str(number)),)]


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 2, "9" * 5000, f" {LARGEST + 1} "])
def test_a_whole_number_of_more_is_refused_with_its_place(sqlite: Target, tmp_path: Path, number: object) -> None:
    sqlite.ask("CREATE TABLE readings (id INTEGER, note text)")
    with pytest.raises(StepError, match=r"in the column id is no whole number of 64 bit .*a\.csv:3"):
        run(sqlite.url, tmp_path, number)
    assert sqlite.ask("SELECT count(*) FROM readings") == [(0,)]


def test_long_digits_are_text_where_a_column_is(sqlite: Target, tmp_path: Path) -> None:
    sqlite.ask("CREATE TABLE readings (id text, note text)")
    run(sqlite.url, tmp_path, LARGEST + 1)
    assert sqlite.ask("SELECT id FROM readings") == [("1",), (str(LARGEST + 1),)]


def test_a_mistyped_path_makes_no_database(sqlite: Target, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"there is no such file .*x\.db.*create = true"):
        run(sqlite.url, tmp_path, 2)
    assert not (tmp_path / "data").exists()


def test_a_mistyped_table_leaves_the_database_as_it_is(sqlite: Target, tmp_path: Path) -> None:
    sqlite.ask("CREATE TABLE others (id)")
    with pytest.raises(Misconfigured, match="readings"):
        run(sqlite.url, tmp_path, 2)
    assert sqlite.ask("SELECT name FROM sqlite_master") == [("others",)]


def test_a_folder_that_may_not_be_written_is_not_permitted(tmp_path: Path) -> None:
    folder = "/sys" if os.geteuid() == 0 else str(tmp_path / "closed")  # where not even root may write
    (tmp_path / "closed").mkdir(mode=0o500)
    schema = str(written(tmp_path / "schema.json", '{"fields": [{"name": "id"}, {"name": "note"}]}'))
    with pytest.raises(NotPermitted, match=r"cannot open the database: .*x\.db"):
        run(f"sqlite:///{folder}/x.db", tmp_path, 2, schema=schema, create=True)
