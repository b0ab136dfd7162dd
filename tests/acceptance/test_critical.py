"""Critical jobs, and reruns of what a stop cut off, with real processes."""

from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import job, service


def test_sexton_stops_everything_and_exits_with_1_when_a_critical_job_has_failed(make: Callable[..., Daemon]) -> None:
    vital = job("vital", "exit 3", critical=True, retry={"attempts": 2, "delay": "50ms"})
    daemon = make(vital + service("web", "exec sleep 1000")).start()
    daemon.cli("trigger", "vital")
    daemon.wait_for(r"stopping: run 1 of the critical job vital has failed")
    assert daemon.end() == 1
    assert daemon.others() == set()


def test_what_a_stop_cut_off_runs_again_at_the_next_start(make: Callable[..., Daemon]) -> None:
    daemon = make(job("ingest", "echo up; test -e over || exec sleep 1000", on_lost="rerun")).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"\| up")
    assert daemon.stop() == 0
    (daemon.home / "over").touch()
    daemon.start()
    daemon.wait_for(r"ingest: run 2 succeeded")
    first, second = daemon.runs()
    assert (first["outcome"], first["reason"]) == ("cancelled", "shutdown")
    assert (second["slot"], second["kind"], second["fire_time"]) == ("rerun:1", "rerun", first["fire_time"])
    assert daemon.stop() == 0
