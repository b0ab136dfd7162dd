"""A database that is gone although it was here: loud, and nothing runs by itself until a person has decided."""

from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start, job
from tests.acceptance.ledger import outcomes

JOBS = job("tick", "echo tick >>ran", schedule="@every 100ms") + at_start("first", "echo first >>ran")


def lose_state(make: Callable[..., Daemon], settings: str = "") -> Daemon:
    """A Sexton that has run and stopped, and whose database was deleted since; its jobs' marks are cleared."""
    daemon = make(JOBS, settings)
    assert daemon.once().returncode == 0
    delete_database(daemon)
    (daemon.home / "ran").unlink()
    return daemon


def delete_database(daemon: Daemon) -> None:
    for name in ("state.db", "state.db-wal", "state.db-shm"):
        (daemon.home / "state" / name).unlink(missing_ok=True)


def test_nothing_starts_by_itself_when_the_state_is_lost(make: Callable[..., Daemon]) -> None:
    daemon = lose_state(make)
    for _ in range(2):  # it stays held
        daemon.launch()
        daemon.wait_for(r"error: state: the history of state \S+ is lost: ")
        daemon.wait_for(r"error: state: no job starts by itself")
        daemon.wait_for(r"Sexton \S+, pid")
        assert "is lost" in daemon.ask("status")["info"]["hold"]
        assert "ON HOLD" in daemon.cli("status").stdout
        assert daemon.cli("trigger", "first", "--wait").returncode == 0  # a person may
        assert daemon.stop() == 0
    assert outcomes(daemon.home) == [("first", "succeeded")] * 2
    assert (daemon.home / "ran").read_text() == "first\nfirst\n"


def test_once_fails_when_the_state_is_lost(make: Callable[..., Daemon]) -> None:
    daemon = lose_state(make)
    done = daemon.once()
    assert done.returncode == 1
    assert "is lost" in done.stderr
    assert outcomes(daemon.home) == []


def test_sexton_goes_on_and_stops_in_time_when_its_database_is_deleted_under_it(
    make: Callable[..., Daemon], gate: Gate
) -> None:
    daemon = make(job("load", "echo up; read x <gate") + job("other", "touch ran"), 'stop_within = "1s"').start()
    daemon.cli("trigger", "load")
    daemon.wait_for(r"\| up")
    delete_database(daemon)
    gate.let_pass()
    daemon.wait_for(r"error: load: run 1: cannot record its end: .* is gone")
    refused = daemon.cli("trigger", "other", check=False)
    assert (refused.returncode, refused.stdout) == (75, "")
    assert "is gone" in refused.stderr
    assert not (daemon.home / "ran").exists()
    daemon.signal(15)
    daemon.wait_for(r"load: run 1 could not be recorded before the end")
    assert daemon.end() == 0
    daemon.launch()
    daemon.wait_for(r"error: state: the history of state \S+ is lost: ")


def test_sexton_goes_on_anew_when_the_loss_is_accepted(make: Callable[..., Daemon]) -> None:
    daemon = lose_state(make)
    daemon.write(JOBS, 'on_state_loss = "run"')
    daemon.launch()
    daemon.wait_for(r"error: state: the history of state \S+ is lost: ")
    daemon.ended("tick")
    assert daemon.ask("status")["info"]["hold"] is None
    assert daemon.stop() == 0
    daemon.write(JOBS)
    daemon.start()  # and from now on this is the state
    daemon.ended("tick")
    assert daemon.ask("status")["info"]["hold"] is None
