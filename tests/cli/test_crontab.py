"""`sexton crontab`, also under the name that scripts know."""

import io
import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sexton.cli.main import main

ME = pwd.getpwuid(os.getuid()).pw_name
TABLE = "# mine\n*/5 * * * * echo hello\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "crontabs"
    monkeypatch.setenv("SEXTON_CRONTABS", str(folder))
    monkeypatch.setenv("SEXTON_SOCKET", str(tmp_path / "nobody.sock"))
    return folder


def test_an_installed_table_is_its_users_alone_and_is_shown_as_it_was_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_text(TABLE)

    assert main(["crontab", str(tmp_path / "mine")]) == 0
    assert main(["crontab", "-l"]) == 0

    assert capsys.readouterr() == (TABLE, "")
    assert stat.S_IMODE((folder / ME).stat().st_mode) == 0o600
    assert os.listdir(folder) == [ME]


def test_a_table_comes_from_standard_input_and_for_a_named_user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TABLE.encode())))

    assert main(["crontab", "-u", ME, "-"]) == 0

    assert (folder / ME).read_text() == TABLE


def test_a_table_with_a_mistake_is_not_installed_and_the_old_one_stays(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.mkdir()
    (folder / ME).write_text(TABLE)
    (tmp_path / "bad").write_text("# fine\n61 * * * * echo\n")

    assert main(["crontab", str(tmp_path / "bad")]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"\"{tmp_path}/bad\":2: schedule: minute: cannot use '61'")
    assert err.endswith("errors in crontab file, can't install.\n")
    assert (folder / ME).read_text() == TABLE
    assert os.listdir(folder) == [ME]


def test_what_is_not_there_is_said_in_crontabs_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crontab", "-l"]) == 1
    assert main(["crontab", "-r"]) == 1

    assert capsys.readouterr().err.count(f"no crontab for {ME}") == 2


def test_a_removed_table_is_gone_when_the_question_was_answered_with_yes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    (folder / ME).write_text(TABLE)

    for answer, there in (("n\n", True), ("y\n", False)):
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        assert main(["crontab", "-r", "-i"]) == 0
        assert (folder / ME).exists() is there


def test_what_an_editor_makes_of_it_is_installed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / ME).write_text(TABLE)
    monkeypatch.setenv("VISUAL", "sed -i s/hello/bye/")

    assert main(["crontab", "-e"]) == 0
    assert (folder / ME).read_text() == TABLE.replace("hello", "bye")

    monkeypatch.setenv("VISUAL", "false")
    assert main(["crontab", "-e"]) == 1
    assert (folder / ME).read_text() == TABLE.replace("hello", "bye")


@pytest.mark.parametrize("words", [[], ["-l", "-r"], ["a", "-l"]])
def test_one_thing_at_a_time_is_asked_for(words: list[str], folder: Path) -> None:
    assert main(["crontab", *words]) == 2


def test_a_user_who_is_nobody_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crontab", "-u", "../../etc/passwd", "-l"]) == 1

    assert "there is no such user" in capsys.readouterr().err


def test_a_link_of_that_name_stands_for_the_verb(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "crontab"
    link.symlink_to(Path(sys.executable).with_name("sexton"))

    installed = subprocess.run([link, "-"], input=TABLE, text=True, check=False)

    assert installed.returncode == 0
    assert subprocess.run([link, "-l"], capture_output=True, text=True, check=True).stdout == TABLE
