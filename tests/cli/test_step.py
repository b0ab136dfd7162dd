"""`sexton step`: a built-in step by hand, with the options that its keys are."""

import json
import os
import stat
from pathlib import Path

import pytest

from sexton.cli.main import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def readings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "readings.csv").write_text("station,day\n")
    return "readings.csv"


def step(*words: str) -> int:
    return main(["step", *words])


def test_the_steps_are_listed_without_a_name(capsys: Captured) -> None:
    assert step() == 0
    assert "\narchive  " in "\n" + capsys.readouterr().out


def test_a_step_works_on_the_files_that_it_is_given(readings: str, tmp_path: Path, capsys: Captured) -> None:
    assert step("archive", "--to", "backup", readings) == 0
    assert (tmp_path / "backup" / readings).read_text() == "station,day\n"
    assert capsys.readouterr().out.endswith("archive: done; 1 archived, 1 file handed on\n")


def test_what_is_handed_on_is_taken_by_the_next(readings: str, tmp_path: Path) -> None:
    assert step("archive", "--to", "first", readings, "--output", "handed.json") == 0
    assert step("archive", "--to", "second", "--input", "handed.json") == 0
    assert (tmp_path / "second" / readings).exists()
    assert not (tmp_path / "first" / readings).exists()


def test_json_is_all_of_standard_output(readings: str, tmp_path: Path, capsys: Captured) -> None:
    assert step("archive", "--to", "backup", readings, "--json") == 0
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert (said["step"], said["counts"], said["files"][0]["name"]) == ("archive", {"archived": 1}, readings)
    assert readings in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["archiv"], "there is no step 'archiv'; did you mean archive?"),
        (["archive"], "`to` is missing: the folder that files are moved to"),
        (["archive", "--to", "x", "--keep", "all"], "--keep: 'all' is no n"),
        (["archive", "--to", "x", "--keep-for", "5x"], "keep_for: cannot read the duration '5x'"),
        (["load", "--to", "sqlite:///x.db", "--table", "t"], "which files? sexton step load … FILE, or --input"),
        (["sort", "--schema", "s", "--processed", "p", "--flagged", "f"], "which files?"),
        (["deliver", "--to", "x"], "which files?"),
        (["archive", "--too", "x"], "there is no option --too; did you mean --to?"),
    ],
)
def test_a_mistake_is_said_with_the_usage(words: list[str], said: str, capsys: Captured) -> None:
    assert step(*words) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "see: sexton step --help" in err


def test_a_file_that_is_not_there_fails_the_step(tmp_path: Path, capsys: Captured) -> None:
    assert step("archive", "--to", str(tmp_path), "/is/not/there") == 1
    assert "/is/not/there" in capsys.readouterr().err


def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path, capsys: Captured) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert step("archive", "--to", str(tmp_path / "x"), str(tmp_path / "fifo")) == 1
    assert "not a regular file" in capsys.readouterr().err


def test_what_is_handed_on_goes_into_a_pipe_that_stays_one(readings: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    assert step("archive", "--to", "first", readings, "--output", str(pipe)) == 0

    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert b'"readings.csv"' in os.read(reader, 10_000)
    os.close(reader)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deliver", "--to", "sftp://u:hunter2pw@h/x"], "--to"),
        (["fetch", "--into", "x", "--from", "y", "--from", "sftp://u:hunter2pw@h/x"], "--from"),
        (["http", "https://u:hunter2pw@h/x"], "URL"),
    ],
)
def test_a_password_in_an_address_is_refused_for_everyone_can_read_it(
    words: list[str], said: str, capsys: Captured
) -> None:
    assert step(*words) == 2
    error = capsys.readouterr().err
    assert f"{said}: everyone could read the password in it; give it by --password-file" in error
    assert "hunter2pw" not in error
