"""Overlap and pools with real processes."""

from collections.abc import Callable
from itertools import accumulate

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start, job

WAIT = "echo up; read x <gate"


def test_a_second_run_waits_for_the_first_over_a_restart_when_they_queue(make: Callable[..., Daemon]) -> None:
    daemon = make(job("ingest", "echo up; test -e over || sleep 1000", overlap="queue")).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"\| up")
    daemon.cli("trigger", "ingest")
    assert [run["state"] for run in daemon.runs()] == ["running", "queued"]
    (daemon.home / "over").touch()
    daemon.kill()
    daemon.start()
    daemon.wait_for(r"ingest: run 2 succeeded")
    assert [run["outcome"] for run in daemon.runs()] == ["lost", "succeeded"]
    assert daemon.stop() == 0


def test_runs_go_beside_each_other_when_they_may(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(job("ingest", WAIT, overlap="allow")).start()
    for _ in range(3):
        daemon.cli("trigger", "ingest")
        daemon.wait_for(r"\| up")
    assert [run["state"] for run in daemon.runs()] == ["running"] * 3
    gate.let_pass(3)
    for _ in range(3):
        daemon.wait_for(r"ingest: run \d succeeded")
    assert daemon.stop() == 0


def test_a_new_run_takes_the_place_of_the_old_one(make: Callable[..., Daemon]) -> None:
    daemon = make(job("ingest", "echo up; test -e over || exec sleep 1000", overlap="replace")).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"\| up")
    (daemon.home / "over").touch()
    daemon.cli("trigger", "ingest", "--wait")
    old, new = daemon.runs()
    assert (old["outcome"], new["outcome"]) == ("cancelled", "succeeded")
    assert old["reason"] == f"replaced by the run for {new['slot']}"
    assert daemon.stop() == 0


def test_no_more_runs_of_a_pool_go_at_once_than_it_has_slots(make: Callable[..., Daemon], gate: Gate) -> None:
    script = "echo + >>marks; echo up; read x <gate; echo - >>marks"
    jobs = "".join(at_start(f"job-{n}", script, pool="db") for n in range(20))
    daemon = make(f"[pools.db]\nslots = 3\n{jobs}{at_start('free', 'true')}").start()
    daemon.wait_for(r"free: run \d+ succeeded")
    assert daemon.ask("status")["info"]["pools"] == {"db": {"slots": 3, "used": 3}}
    gate.let_pass(20)
    for _ in range(20):
        daemon.wait_for(r"job-\d+: run \d+ succeeded")
    marks = [1 if line == "+" else -1 for line in (daemon.home / "marks").read_text().split()]
    assert (len(marks), max(accumulate(marks))) == (40, 3)
    assert daemon.stop() == 0
