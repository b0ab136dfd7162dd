"""The walk through past fire times."""

import json
from typing import Any

import pytest

from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal, reply

DAYS = ["2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z"]
PLAN = "GET /api/v1/plan?job=ingest&start=2026-11-01&end=2026-11-03&limit=1000"
WALK = ("backfill", "ingest", "--from", "2026-11-01", "--to", "2026-11-03")


def ask(day: str, which: str = "none") -> str:
    return f"POST /api/v1/jobs/ingest/backfill?reprocess={which}&fire_time={day.replace(':', '%3A')}"


def plan(count: int = 2) -> Any:
    return reply(200, {"fire_times": [{"fire_time": day} for day in DAYS], "count": count})


def test_each_fire_time_is_asked_for_and_its_end_told(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers[PLAN] = plan()
    daemon.answers[ask(DAYS[0])] = reply(202, {"run": views.running(50)})
    daemon.answers["GET /api/v1/runs/50?wait=1"] = reply(200, views.run(50))
    daemon.answers[ask(DAYS[1])] = refusal(409, "conflict", "that has run 9 already (failed)")
    out = "1/2  2026-11-01T08:00:00Z  run 50 of ingest succeeded after 1.4s\n2/2  that has run 9 already (failed)\n"
    assert sexton(*WALK) == (0, out, "")


def test_the_newest_come_first_and_a_failure_exits_1(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers[PLAN] = plan()
    daemon.answers[ask(DAYS[0], "all")] = reply(202, {"run": views.run(51)})
    daemon.answers[ask(DAYS[1], "all")] = reply(202, {"run": views.failed(50)})
    code, out, _ = sexton(*WALK, "--backwards", "--reprocess", "all", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, [line["fire_time"] for line in lines]) == (1, DAYS[::-1])
    assert [line["run"]["id"] for line in lines] == [50, 51]


def test_the_walk_ends_where_the_daemon_refuses_to_go_on(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers[PLAN] = plan()
    daemon.answers[ask(DAYS[0])] = refusal(503, "unavailable", "Sexton is draining")
    code, out, err = sexton(*WALK)
    assert (code, out) == (75, "")
    assert "Sexton is draining" in err


def test_nothing_is_run_when_there_is_no_fire_time(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers[PLAN] = reply(200, {"fire_times": [], "count": 0})
    daemon.answers["GET /api/v1/jobs/ingest"] = reply(200, views.job())
    assert sexton(*WALK) == (0, "no fire time there\n", "")


def test_a_job_without_a_schedule_has_no_past(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers[PLAN] = reply(200, {"fire_times": [], "count": 0})
    daemon.answers["GET /api/v1/jobs/ingest"] = reply(200, views.job(schedule=[]))
    code, out, err = sexton(*WALK)
    assert (code, out) == (1, "")
    assert "ingest has no schedule, and so no fire times" in err


def test_too_many_fire_times_are_refused(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers[PLAN] = plan(10_001)
    assert sexton(*WALK)[0] == 2


@pytest.mark.parametrize("wrong", [("backfill", "ingest"), (*WALK, "--max-parallel", "0"), (*WALK, "--env", "X")])
def test_what_is_not_understood_is_a_usage_error(daemon: FakeDaemon, sexton: Sexton, wrong: tuple[str, ...]) -> None:
    daemon.answers[PLAN] = plan()
    assert sexton(*wrong)[0] == 2
