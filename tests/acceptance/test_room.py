"""`max_parallel`: as many runs at once as there is room for, and every one of them in the end."""

from collections.abc import Callable
from itertools import accumulate

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start

JOBS = 200
ROOM = 4


def test_no_more_runs_than_there_is_room_for_go_at_once_and_all_run(make: Callable[..., Daemon], gate: Gate) -> None:
    script = "echo + >>marks; echo up; read x <gate; echo - >>marks"
    daemon = make("".join(at_start(f"job-{n}", script) for n in range(JOBS)), f"max_parallel = {ROOM}").start()
    for _ in range(ROOM):
        daemon.wait_for(r"\| up")
    info = daemon.ask("status")["info"]
    assert (info["running"], info["waiting"]) == (ROOM, JOBS - ROOM)
    gate.let_pass(JOBS)
    for _ in range(JOBS):
        daemon.wait_for(r"job-\d+: run \d+ succeeded")
    marks = [1 if line == "+" else -1 for line in (daemon.home / "marks").read_text().split()]
    assert (len(marks), sum(marks), max(accumulate(marks))) == (2 * JOBS, 0, ROOM)
    runs = daemon.runs()
    assert {run["job"] for run in runs} == {f"job-{n}" for n in range(JOBS)}
    assert {run["outcome"] for run in runs} == {"succeeded"}
    assert len(runs) == JOBS


def test_the_urgent_run_goes_first_when_there_is_room_again(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(
        at_start("first", "read x <gate", priority=9)
        + "".join(at_start(name, "true", priority=rank) for name, rank in (("low", -1), ("high", 5), ("middle", 0))),
        "max_parallel = 1",
    ).start()
    gate.let_pass()
    for _ in range(4):
        daemon.wait_for(r"run \d+ succeeded")
    assert [run["job"] for run in daemon.runs()] == ["first", "high", "middle", "low"]
