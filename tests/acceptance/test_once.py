"""`sexton run --once`: what runs at start and what follows it, then an exit code that tells."""

from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start, job
from tests.acceptance.ledger import outcomes


def test_once_runs_what_starts_and_what_follows_and_nothing_else(make: Callable[..., Daemon]) -> None:
    daemon = make(
        at_start("first", "true")
        + job("next", "true", after="first")
        + job("tick", "true", schedule="@every 10ms")
        + job("by-hand", "true")
    )
    assert daemon.once().returncode == 0
    assert outcomes(daemon.home) == [("first", "succeeded"), ("next", "succeeded")]


def test_once_fails_when_one_run_fails_and_the_others_still_run(make: Callable[..., Daemon]) -> None:
    daemon = make(
        at_start("first", "true")
        + job("next", "exit 2", after="first")
        + job("last", "true", after={"job": "next", "on": "any"})
    )
    assert daemon.once().returncode == 1
    assert outcomes(daemon.home) == [("first", "succeeded"), ("next", "failed"), ("last", "succeeded")]


def test_once_ends_at_once_when_there_is_nothing_to_run(make: Callable[..., Daemon]) -> None:
    daemon = make(job("by-hand", "true"))
    assert daemon.once().returncode == 0
    assert outcomes(daemon.home) == []


def test_once_goes_without_a_socket_when_a_sexton_has_it(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(job("held", "echo up; read x <gate")).start()
    daemon.cli("trigger", "held")
    daemon.wait_for(r"\| up")
    text = daemon.config.read_text().replace("state/state.db", "other/state.db")
    daemon.config.write_text(text + at_start("quick", "echo done"))
    done = daemon.once()
    assert done.returncode == 0
    assert "warning: socket: " in done.stderr
    assert "going on without" in done.stderr
    assert done.stdout == "quick  | done\n"
    assert [(run["job"], run["state"]) for run in daemon.runs()] == [("held", "running")]  # it was not disturbed
    assert daemon.stop() == 0
