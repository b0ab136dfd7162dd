"""A job that does not succeed in time, in a real Sexton: events, status and health."""

from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import job


def test_a_job_that_does_not_succeed_in_time_is_late_until_it_does_over_a_restart(make: Callable[..., Daemon]) -> None:
    daemon = make(job("ingest", "test -e ready", schedule="@every 500ms", late_after="1s")).start()
    daemon.wait_for(r"ingest: late: no run has succeeded within 1s after")
    (shown,) = daemon.ask("status")["jobs"]
    assert shown["late"] is not None
    assert "late: no run has succeeded in time since" in daemon.cli("health", check=False).stdout
    assert daemon.stop() == 0
    daemon.start()
    daemon.wait_for(r"ingest: late: no run has succeeded")
    (daemon.home / "ready").touch()
    daemon.wait_for(r"ingest: no longer late")
    assert daemon.ask("status")["jobs"][0]["late"] is None
    assert daemon.stop() == 0
