"""What Sexton says of itself, asked for and followed."""

import json
import subprocess
from collections.abc import Callable

from tests.acceptance.daemon import LIMIT, Daemon, sexton
from tests.acceptance.jobs import job


def test_what_happened_is_listed_with_what_it_is_about(make: Callable[..., Daemon]) -> None:
    daemon = make(job("well", "true")).start()
    assert daemon.cli("trigger", "well", "--wait").returncode == 0
    listed = daemon.ask("events")["events"]
    ended = next(event for event in listed if event["event"] == "run_ended")
    assert ended["about"] == {"job": "well", "run": 1, "outcome": "succeeded"}
    assert "well: run 1 succeeded" in daemon.cli("events").stdout


def test_a_follower_hears_what_comes(make: Callable[..., Daemon]) -> None:
    daemon = make(job("well", "true")).start()
    command = (*sexton(), "events", "-f", "--json", "--socket", str(daemon.home / "run/s.sock"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert json.loads(follower.stdout.readline())["event"] == "started"
        daemon.cli("trigger", "well")
        names = [json.loads(follower.stdout.readline())["event"] for _ in range(2)]
        assert names == ["run_started", "run_ended"]
        daemon.stop()
        assert follower.wait(LIMIT) in (0, 69)  # the end of the daemon is the end of the stream
