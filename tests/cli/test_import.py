"""`sexton import`."""

import json
from pathlib import Path

import pytest

from sexton.cli.main import main

TABLE = '# sexton: name=greet\n*/5 * * * * echo "hi ${USER}"%100\\%\n'


def test_a_crontab_is_printed_as_toml(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Path("crontab").write_text(TABLE)
    assert main(["import", "crontab"]) == 0
    assert capsys.readouterr() == (
        f"""\
# From {tmp_path}/crontab, by sexton import.

# crontab, line 2
[jobs.greet]
schedule = "*/5 * * * *"
command = 'echo "hi $${{USER}}"'
shell = true
stdin = "100%\\n"
catch_up = "none"
""",
        "",
    )


def test_json_has_the_same_tables(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Path("crontab").write_text(TABLE)
    assert main(["import", "crontab", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["files"] == [f"{tmp_path}/crontab"]
    assert answer["warnings"] == []
    assert answer["jobs"]["greet"]["schedule"] == "*/5 * * * *"


def test_json_has_dates_as_strings(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.toml").write_text('[jobs.a]\ncommand = "x"\nschedule = "@daily"\nexcept = [2026-12-25]\n')
    assert main(["import", "a.toml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["jobs"]["a"]["except"] == ["2026-12-25"]
    assert main(["import", "a.toml"]) == 0
    assert "except = [2026-12-25]\n" in capsys.readouterr().out


def test_what_cannot_be_read_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("crontab").write_text("61 * * * * x\n")
    assert main(["import", "crontab"]) == 78
    out, err = capsys.readouterr()
    assert (out, err.startswith("crontab:1: schedule: minute: cannot use '61'")) == ("", True)
