"""Retries with real processes: attempts of one run, each with a log, and a pause that survives the end of Sexton."""

from collections.abc import Callable

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import at_start, job

RETRY = {"attempts": 3, "delay": "100ms"}
TRY = "echo attempt $SEXTON_ATTEMPT, fence $SEXTON_FENCE; test $SEXTON_ATTEMPT = 3"


def test_a_run_is_tried_again_until_it_succeeds_and_each_attempt_is_shown(make: Callable[..., Daemon]) -> None:
    daemon = make(job("ingest", TRY, retry=RETRY) + job("next", "true", after="ingest")).start()
    daemon.cli("trigger", "ingest", "--wait")
    daemon.wait_for(r"next: run 2 succeeded")
    ingest, after = daemon.runs()
    assert (ingest["outcome"], ingest["attempt"], after["slot"]) == ("succeeded", 3, "after:1")
    attempts = daemon.ask("runs", "1")["attempts"]
    assert [(one["attempt"], one["outcome"], one["exit_code"]) for one in attempts] == [
        (1, "failed", 1),
        (2, "failed", 1),
        (3, "succeeded", 0),
    ]
    assert [one["tail"] for one in attempts] == [[f"attempt {n}, fence {n}"] for n in (1, 2, 3)]
    assert daemon.cli("logs", "1").stdout == "attempt 3, fence 3\n"
    assert daemon.cli("logs", "1", "--attempt", "1").stdout == "attempt 1, fence 1\n"
    assert "attempt 4" in daemon.cli("logs", "1", "--attempt", "4", check=False).stderr
    assert daemon.stop() == 0


def test_following_a_log_goes_on_from_attempt_to_attempt(make: Callable[..., Daemon]) -> None:
    daemon = make(job("ingest", TRY, retry=RETRY)).start()
    daemon.cli("trigger", "ingest")
    followed = daemon.cli("logs", "1", "-f", "-n", "all").stdout.splitlines()
    assert followed[-1] == "attempt 3, fence 3"
    assert daemon.stop() == 0


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_run_waits_for_its_next_attempt_over_a_restart(make: Callable[..., Daemon], end: str) -> None:
    daemon = make(job("ingest", "test $SEXTON_ATTEMPT = 2", retry={"attempts": 2, "delay": "1s"})).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"attempt 1 of 2 failed: exit code 1; the next in 1s")
    daemon.stop() if end == "stop" else daemon.kill()
    daemon.start()
    daemon.wait_for(r"ingest: run 1 started, attempt 2 of 2")
    daemon.wait_for(r"ingest: run 1 succeeded")
    (run,) = daemon.runs()
    assert (run["id"], run["attempt"], run["outcome"]) == (1, 2, "succeeded")
    assert daemon.stop() == 0


def test_a_waiting_run_can_be_cancelled(make: Callable[..., Daemon]) -> None:
    daemon = make(job("ingest", "false", retry={"attempts": 2, "delay": "1h"})).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"attempt 1 of 2 failed")
    (run,) = daemon.runs()
    assert (run["state"], run["attempt"]) == ("waiting", 2)
    daemon.cli("cancel", "1")
    (run,) = daemon.runs()
    assert (run["outcome"], run["attempt"]) == ("cancelled", 1)
    assert daemon.stop() == 0


def test_once_ends_when_the_last_attempt_has(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("ingest", TRY, retry=RETRY))
    assert daemon.once().returncode == 0
    daemon = make(at_start("hopeless", "false", retry={"attempts": 2, "delay": "50ms"}))
    assert daemon.once().returncode == 1
