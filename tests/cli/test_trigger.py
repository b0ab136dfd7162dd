"""Asking for a run, and waiting for its outcome."""

import json

import pytest

from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal, reply

STARTING = views.running(50, state="claiming", started=None)


@pytest.fixture
def taking(daemon: FakeDaemon) -> FakeDaemon:
    daemon.answers["POST /api/v1/jobs/ingest/trigger"] = reply(202, {"run": STARTING})
    return daemon


@pytest.mark.usefixtures("taking")
def test_run_is_named_when_it_was_asked_for(sexton: Sexton) -> None:
    assert sexton("trigger", "ingest") == (0, "run 50 of ingest is starting\n", "")


def test_success_exits_0_when_waited_for(taking: FakeDaemon, sexton: Sexton) -> None:
    taking.answers["GET /api/v1/runs/50?wait=1"] = [reply(200, views.running(50)), reply(200, views.run(50))]
    out = "run 50 of ingest is starting\nrun 50 of ingest succeeded after 1.4s\n"
    assert sexton("trigger", "ingest", "--wait") == (0, out, "")


def test_failure_exits_1_with_the_last_lines_when_waited_for(taking: FakeDaemon, sexton: Sexton) -> None:
    tail = [str(number) for number in range(20)]
    taking.answers["GET /api/v1/runs/50?wait=1"] = reply(200, views.failed(50, tail=[*tail, "\x1b[2Jno"]))
    code, out, _ = sexton("trigger", "ingest", "--wait")
    assert (code, out.splitlines()[1]) == (1, "run 50 of ingest failed after 1.4s: exit code 2")
    assert out.splitlines()[2:] == [*(f"  {number}" for number in range(11, 20)), "  no", "all of it: sexton logs 50"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("timeout", "timed out"), ("lost", "was lost"), ("cancelled", "was cancelled"), ("skipped", "was skipped")],
)
def test_anything_but_success_exits_1(taking: FakeDaemon, sexton: Sexton, outcome: str, said: str) -> None:
    taking.answers["GET /api/v1/runs/50?wait=1"] = reply(200, views.run(50, outcome=outcome, tail=[]))
    code, out, _ = sexton("trigger", "ingest", "--wait")
    assert (code, out.splitlines()[1:]) == (1, [f"run 50 of ingest {said} after 1.4s"])


def test_json_is_one_document_when_waited_for(taking: FakeDaemon, sexton: Sexton) -> None:
    taking.answers["GET /api/v1/runs/50?wait=1"] = reply(200, views.run(50))
    code, out, _ = sexton("trigger", "ingest", "--wait", "--json")
    assert (code, json.loads(out)) == (0, {"run": views.run(50)})


def test_unknown_job_exits_1(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/jobs/nope/trigger"] = refusal(404, "not_found", "there is no job 'nope'")
    assert sexton("trigger", "nope") == (1, "", "sexton: there is no job 'nope'\n")
