"""Stopping: how soon, with which exit code, and that nothing is left."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import STUBBORN, at_start, job, service, tidy
from tests.acceptance.test_timeouts import wait_until_gone

TWO_STUBBORN = f"setsid sh -c '{STUBBORN}' & {STUBBORN}"
SLACK = 1.0  # seconds, for a machine that is busy with other things too


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGQUIT"])
def test_sexton_stops_with_code_0_when_its_runs_heed_their_signal(
    make: Callable[..., Daemon], gate: Gate, name: str
) -> None:
    daemon = make(
        at_start("load", "echo up; read x <gate") + job("next", "touch ran", after={"job": "load", "on": "any"})
    )
    daemon.start()
    daemon.wait_for(r"\| up")
    daemon.signal(getattr(signal, name))
    daemon.wait_for(rf"stopping: got {name}")
    run_line = daemon.wait_for(r"load: run 1 was cancelled")
    assert run_line.endswith(": shutdown")
    assert daemon.end() == 0
    assert daemon.others() == set()
    assert not (daemon.home / "ran").exists()


def test_everything_is_over_within_stop_within_when_children_are_stubborn(make: Callable[..., Daemon]) -> None:
    """Five that ignore TERM, each with a child in a session of its own that does too."""
    daemon = make("".join(at_start(f"job-{n}", TWO_STUBBORN) for n in range(5)), 'stop_within = "2s"').start()
    for _ in range(10):
        daemon.wait_for(r"\| up")
    stubborn = daemon.others()
    assert len(stubborn) >= 10
    begin = time.monotonic()
    assert daemon.stop() == 128 + signal.SIGTERM
    took = time.monotonic() - begin
    assert 1.0 <= took < 2.0 + SLACK  # KILL comes one second before the end, and not earlier
    wait_until_gone(stubborn | daemon.others())
    daemon.write("")
    daemon.start()
    assert [(run["outcome"], run["reason"], run["signal"]) for run in daemon.runs()] == [
        ("cancelled", "shutdown", "SIGKILL")
    ] * 5


def test_a_second_signal_hurries(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("load", TWO_STUBBORN, stop={"timeout": "1m"}), 'stop_within = "1m"').start()
    for _ in range(2):
        daemon.wait_for(r"\| up")
    daemon.signal(signal.SIGINT)
    daemon.wait_for(r"load: run 1 is being stopped: shutdown")
    assert daemon.stop() == 128 + signal.SIGINT  # long before the minute is over
    wait_until_gone(daemon.others())


def test_a_run_gets_its_own_stop_timeout_when_that_is_shorter(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("load", TWO_STUBBORN, stop={"timeout": "100ms"}), 'stop_within = "1m"').start()
    for _ in range(2):
        daemon.wait_for(r"\| up")
    assert daemon.stop() == 128 + signal.SIGTERM


def test_what_ended_runs_left_behind_is_ended_too(make: Callable[..., Daemon]) -> None:
    left = f"sh -c '{STUBBORN}' &"
    daemon = make(at_start("load", f"setsid {left} {left}"), 'stop_within = "2s"').start()
    for _ in range(2):
        daemon.wait_for(r"\| up")
    assert daemon.runs()[0]["outcome"] == "succeeded"
    left_behind = daemon.others()
    assert len(left_behind) >= 2
    daemon.stop()
    wait_until_gone(left_behind | daemon.others())


def test_nothing_new_starts_while_sexton_stops(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(at_start("load", tidy("echo tidying; read x <gate; exit 0")) + job("other", "touch ran")).start()
    daemon.wait_for(r"\| up")
    daemon.signal(signal.SIGTERM)
    daemon.wait_for(r"\| tidying")
    refused = daemon.cli("trigger", "other", check=False)
    assert (refused.returncode, refused.stdout) == (75, "")
    assert "stopping" in refused.stderr
    gate.let_pass()
    assert daemon.end() == 0
    assert not (daemon.home / "ran").exists()


def test_a_reload_that_is_under_way_starts_nothing(make: Callable[..., Daemon], gate: Gate) -> None:
    """Its changed and its new service would be started after everything was told to stop, and nobody would end them."""
    slow = service("slow", tidy("echo tidying; read x <gate; exit 0"))
    old = service("old", "touch ran-first; exec sleep 1000")
    new = service("old", "touch ran; exec sleep 1001") + service("new", "touch ran; exec sleep 1000")
    daemon = make(slow + old).start()
    daemon.wait_for(r"\| up")
    daemon.write(slow + new)
    daemon.signal(signal.SIGHUP)
    daemon.signal(signal.SIGTERM)
    daemon.wait_for(r"\| tidying")
    assert daemon.cli("enable", "old", check=False).returncode == 75
    gate.let_pass()
    assert daemon.end() == 0
    assert not (daemon.home / "ran").exists()
    assert daemon.others() == set()


def test_what_has_shed_its_mark_does_not_outlive_sexton(make: Callable[..., Daemon]) -> None:
    """A process with an environment of its own, in a session of its own, whose parent is gone: still below us."""
    daemon = make(job("sheds", "env -i setsid sh -c 'echo $$ >shed; exec sleep 1000' & sleep 0.2; echo up")).start()
    daemon.cli("trigger", "sheds", "--wait")
    shed = int((daemon.home / "shed").read_text())
    assert Path(f"/proc/{shed}").exists()
    assert daemon.stop() in (0, 128 + 15)
    wait_until_gone([shed])
