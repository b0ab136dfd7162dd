"""Stopping a run."""

import json

from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal, reply

STOPPING = views.running(state="stopping")


def test_stop_is_told_when_it_has_begun(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/runs/42/cancel"] = reply(202, {"run": STOPPING})
    assert sexton("cancel", "42") == (0, "run 42 of ingest is stopping\n", "")


def test_json_is_the_apis_own(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/runs/42/cancel"] = reply(202, {"run": STOPPING})
    assert json.loads(sexton("cancel", "42", "--json")[1]) == {"run": STOPPING}


def test_run_that_has_ended_exits_1(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/runs/42/cancel"] = refusal(409, "conflict", "run 42 has ended already")
    assert sexton("cancel", "42") == (1, "", "sexton: run 42 has ended already\n")


def test_name_in_place_of_a_number_is_refused_before_the_daemon_is_asked(daemon: FakeDaemon, sexton: Sexton) -> None:
    code, _, err = sexton("cancel", "ingest")
    assert (code, "find it with: sexton runs" in err, daemon.asked) == (2, True, [])
