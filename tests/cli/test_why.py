"""Why a job ran, or did not."""

import json
from pathlib import Path
from typing import Any

import pytest

from sexton.cli.main import main
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal, reply
from tests.cli.views import failed

PLAN = """
[sexton]
timezone = "Europe/Berlin"
socket = "none.sock"
[jobs.backup]
schedule = "30 2 * * *"
command = "./backup.sh"
[jobs.report]
schedule = ["0 8 * * mon-fri", "@every 7h"]
command = "./report.sh"
"""


def why(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    Path("sexton.toml").write_text(PLAN, encoding="utf-8")
    code = main(["why", *words])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def view(**changes: Any) -> dict[str, Any]:
    return {
        "job": "backup",
        "timezone": "Europe/Berlin",
        "asked": "2026-11-22T02:30:00",
        "at": "2026-11-22T01:30:00Z",
        "local": "2026-11-22T02:30:00+01:00",
        "fires": True,
        "rules": [],
        "notes": [],
        "previous": None,
        "next": None,
        "standing": {"word": "has_run", "message": "the ledger has run 42 for it", "run": None},
    } | changes


def test_the_schedule_alone_answers_when_there_is_no_daemon(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, err = why(capsys, "backup", "--at", "2026-03-29T02:30")
    assert (code, err) == (0, "")
    assert lines[:9] == [
        "backup, Sun 2026-03-29 02:30 in Europe/Berlin: it fires at Sun 2026-03-29 03:00 +02:00 instead",
        "",
        "30 2 * * *: fits",
        "  at 02:30 every day",
        "  FIELD         SHOWN   WANTED",
        "  minute        30      30",
        "  hour          02      02",
        "  day of month  29th    any",
        "  month         March   any",
    ]
    assert lines[11].startswith("note: on Sun 2026-03-29, when the clock goes forward from 02:00 to 03:00: 02:30 does")
    assert lines[13:15] == ["before it: Sat 2026-03-28 02:30 +01:00", "after it:  Mon 2026-03-30 02:30 +02:00"]
    assert lines[-1].startswith("what became of it is not known: cannot reach Sexton at ")


def test_what_does_not_fit_is_said_rule_by_rule(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = why(capsys, "report", "--at", "2026-11-22T08:00")
    assert lines[0] == "report, Sun 2026-11-22 08:00 in Europe/Berlin: no fire time"
    assert "  day of week   Sunday    Monday to Friday  does not fit" in lines
    place = lines.index("@every 7h: does not fit")
    assert lines[place + 1] == "  every 7 hours, aligned to the clock (counted from 1970-01-01 00:00 UTC)"


def test_a_named_file_answers_and_its_daemon_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.toml").write_text(PLAN.replace("30 2", "40 2").replace("none.", "other."), encoding="utf-8")
    code, lines, _ = why(capsys, "backup", "--at", "2026-11-22T02:40", "other.toml")
    assert (code, lines[0]) == (0, "backup, Sun 2026-11-22 02:40 in Europe/Berlin: a fire time")
    assert "other.sock" in lines[-1]


def test_the_daemon_tells_what_became_of_it(sexton: Sexton, daemon: FakeDaemon) -> None:
    run = failed(42, job="backup")
    standing = {"word": "has_run", "message": "the ledger has run 42 for it", "run": run}
    daemon.answers["GET /api/v1/jobs/backup/why?at=2026-11-22T02%3A30"] = reply(200, view(standing=standing))
    code, out, _ = sexton("why", "backup", "--at", "2026-11-22T02:30")
    lines = out.splitlines()
    assert (code, lines[0]) == (0, "backup, Sun 2026-11-22 02:30 in Europe/Berlin: a fire time")
    assert lines[-2] == "the ledger has run 42 for it"
    assert lines[-1].startswith("run 42 of backup failed")


def test_json_is_what_the_daemon_says(sexton: Sexton, daemon: FakeDaemon) -> None:
    daemon.answers["GET /api/v1/jobs/backup/why?at=2026-11-22"] = reply(200, view())
    assert json.loads(sexton("why", "backup", "--at", "2026-11-22", "--json")[1]) == view()


def test_what_the_daemon_refuses_is_said(sexton: Sexton, daemon: FakeDaemon) -> None:
    daemon.answers["GET /api/v1/jobs/x/why?at=soon"] = refusal(400, "invalid", "cannot read 'soon' as a time")
    assert sexton("why", "x", "--at", "soon") == (2, "", "sexton: cannot read 'soon' as a time\n")


def test_a_named_file_answers_for_a_job_that_the_daemon_does_not_know_yet(sexton: Sexton, daemon: FakeDaemon) -> None:
    Path("other.toml").write_text(PLAN, encoding="utf-8")
    daemon.answers["GET /api/v1/jobs/backup/why?at=2026-11-22T02%3A30"] = refusal(404, "not_found", "no job 'backup'")
    daemon.answers["GET /api/v1/jobs/bakup/why?at=2026-11-22"] = refusal(404, "not_found", "no job 'bakup'")
    code, out, _ = sexton("why", "backup", "--at", "2026-11-22T02:30", "other.toml")
    assert (code, out.splitlines()[0]) == (0, "backup, Sun 2026-11-22 02:30 in Europe/Berlin: a fire time")
    assert "the daemon does not know backup yet" in out
    assert sexton("why", "bakup", "--at", "2026-11-22", "other.toml")[0] == 1
    assert sexton("why", "bakup", "--at", "2026-11-22") == (1, "", "sexton: no job 'bakup'\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["backup"], 2, "which time? say it with --at TIME"),
        (["bakup", "--at", "2026-11-22"], 1, "there is no job 'bakup'; did you mean backup?"),
        (["backup", "--at", "soon"], 2, "cannot read 'soon' as a time"),
    ],
)
def test_what_cannot_be_asked_is_said(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert why(capsys, *words)[0] == code
    main(["why", *words])
    assert said in capsys.readouterr().err
