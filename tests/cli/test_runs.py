"""The history as a table."""

import json

import pytest

from sexton.cli import runs as runs_module
from sexton.cli.runs import table
from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, reply
from tests.cli.terminals import paper, terminal

RUNS = [
    views.running(),
    views.failed(),
    views.failed(44, outcome="timeout", reason="", exit_code=None, signal="SIGKILL", seconds=1801.2),
    views.missed(),
    views.run(39, state="queued", outcome=None, started=None, seconds=None, cpu_seconds=None, max_rss_bytes=None),
]


def test_every_run_has_its_line() -> None:
    assert list(table(RUNS, paper(), views.NOW)) == [
        "ID  JOB     OUTCOME     STARTED            TOOK   CPU      MEM  REASON",
        "42  ingest  running     59m ago           2m03s",
        "43  ingest  failed      59m ago            1.4s  0.8s  12.3 MB  exit code 2",
        "44  ingest  timeout     59m ago          30m01s  0.8s  12.3 MB  SIGKILL",
        "40  ingest  missed x12  yesterday 19:00                         until today 06:00; Sexton was not running",
        "39  ingest  queued      today 07:00",
    ]


def test_reason_gives_way_when_the_terminal_is_narrow() -> None:
    with terminal(80) as console:
        lines = list(table(RUNS, console, views.NOW))
    assert (max(map(len, lines)), lines[4][-1]) == (80, "…")


@pytest.mark.parametrize(
    ("outcome", "colour"),
    [("succeeded", 32), ("failed", 31), ("lost", 31), ("cancelled", 33), ("skipped", 33), ("missed", 35)],
)
def test_outcome_has_its_colour(outcome: str, colour: int) -> None:
    line = list(table([views.run(outcome=outcome)], paper(FORCE_COLOR="1"), views.NOW))[1]
    assert f"\x1b[{colour}m{outcome}\x1b[0m" in line


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ((), "/api/v1/runs?limit=20"),
        (("ingest", "-n", "3"), "/api/v1/runs?limit=3&job=ingest"),
        (("--outcome", "failed,lost"), "/api/v1/runs?limit=20&outcome=failed,lost"),
    ],
)
def test_question_is_asked_as_it_was_put(
    daemon: FakeDaemon, sexton: Sexton, words: tuple[str, ...], target: str
) -> None:
    daemon.answers[f"GET {target}"] = reply(200, {"runs": []})
    assert (sexton("runs", *words), daemon.asked) == ((0, "No runs.\n", ""), [f"GET {target}"])


def test_pages_are_joined_when_more_is_wanted_than_one_holds(
    daemon: FakeDaemon, sexton: Sexton, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_module, "PAGE", 2)
    daemon.answers["GET /api/v1/runs?limit=2"] = reply(200, {"runs": [views.run(9), views.run(8)]})
    daemon.answers["GET /api/v1/runs?limit=2&before=8"] = reply(200, {"runs": [views.run(7)]})
    out = sexton("runs", "-n", "5", "--json")[1]
    assert json.loads(out) == {"runs": [views.run(9), views.run(8), views.run(7)]}


@pytest.mark.parametrize(
    ("outcome", "hint"), [("faild", "did you mean failed?"), ("", "there are succeeded, failed, timeout")]
)
def test_unknown_outcome_is_refused_before_the_daemon_is_asked(
    daemon: FakeDaemon, sexton: Sexton, outcome: str, hint: str
) -> None:
    code, _, err = sexton("runs", "--outcome", outcome)
    assert (code, hint in err, daemon.asked) == (2, True, [])


def test_reason_is_made_from_the_exit_when_the_daemon_gives_none() -> None:
    runs = [views.failed(reason=""), views.failed(reason="", exit_code=None, signal="SIGSEGV")]
    assert [line.rsplit("  ", 1)[1] for line in table(runs, paper(), views.NOW)] == [
        "REASON",
        "exit code 2",
        "SIGSEGV",
    ]
