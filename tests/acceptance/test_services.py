"""Services kept up by a real Sexton: through crashes, by hand, and to their end."""

import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import STUBBORN, job, service, tidy
from tests.acceptance.test_timeouts import wait_until_gone

SLACK = 1.0  # seconds, for a machine that is busy with other things too
AT_ONCE: dict[str, Any] = {"start_seconds": "10ms", "backoff": {"delay": "1m", "limit": "1m"}}
CRASHING = "echo up; read x <gate; exit 3"
LOCKED = "exec 9>lock; flock {} 9 || exit 9; "
TWO_STUBBORN = f"setsid sh -c '{STUBBORN}' & {STUBBORN}"


def pid_of(daemon: Daemon, name: str) -> int:
    (found,) = (each["pid"] for each in daemon.ask("status")["services"] if each["name"] == name)
    assert isinstance(found, int)
    return found


def test_a_service_that_crashes_is_replaced_at_once(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(service("web", CRASHING, **AT_ONCE) + service("db", "exec sleep 1000")).start()
    for _ in range(3):
        daemon.wait_for(r"web: running")
        gate.let_pass()
        daemon.wait_for(r"web: exit code 3 after .*; starting it anew")  # not after the minute that backoff would be
    daemon.wait_for(r"web: running")
    assert daemon.cli("logs", "web").stdout.count("up") == 4
    assert daemon.stop() == 0
    assert daemon.others() == set()


def test_a_service_that_falls_early_is_tried_again_and_given_up_when_its_budget_is_spent(
    make: Callable[..., Daemon],
) -> None:
    backoff, budget = {"delay": "20ms", "factor": 3}, {"restarts": 3, "within": "1m"}
    daemon = make(service("web", "exit 3", backoff=backoff, budget=budget) + service("db", "exec sleep 1000"))
    daemon.start()
    pauses = [daemon.wait_for(r"web: exit code 3 after .*; trying again in").rpartition(" ")[2] for _ in range(3)]
    assert pauses == ["20ms", "60ms", "180ms"]
    daemon.wait_for(r"error: web: exit code 3 .* its budget of restarts is spent")
    assert {each["name"]: each["state"] for each in daemon.ask("status")["services"]}["web"] == "fatal"
    assert pid_of(daemon, "db")
    assert daemon.stop() == 0


def test_a_program_that_is_not_there_is_said_and_tried_again(make: Callable[..., Daemon]) -> None:
    daemon = make(service("web", command="./not-there", backoff={"delay": "10ms"}))
    daemon.start()
    daemon.wait_for(r"web: .*not-there.*; trying again in 10ms")
    (daemon.home / "not-there").write_text("#!/bin/sh\necho up\nexec sleep 1000\n")
    (daemon.home / "not-there").chmod(0o700)
    daemon.wait_for(r"web +\| up")
    assert daemon.stop() == 0


def test_services_start_in_their_order_and_stop_in_reverse(make: Callable[..., Daemon]) -> None:
    def noting(name: str, *needed: str) -> str:
        script = f"echo start {name} >>order; {tidy(f'echo stop {name} >>order; exit 0')}"
        return (
            service(name, script, depends_on=list(needed), start_seconds="300ms") if needed else service(name, script)
        )

    daemon = make(noting("web", "api", "db") + noting("api", "db") + noting("db")).start()
    daemon.wait_for(r"web: running")
    assert daemon.stop() == 0
    order = (daemon.home / "order").read_text().splitlines()
    assert order == ["start db", "start api", "start web", "stop web", "stop api", "stop db"]
    assert daemon.others() == set()


@pytest.mark.parametrize(
    ("end", "keys", "code"),
    [
        ("exit 3", {"restart": "never"}, 3),
        ("exit 0", {"restart": "unexpected"}, 0),
        ("kill -SEGV $$", {"restart": "never"}, 128 + signal.SIGSEGV),
        ("exit 7", {"budget": {"restarts": 0}}, 7),
        ("exit 0", {"budget": {"restarts": 0}}, 1),
    ],
)
def test_sexton_ends_with_the_code_of_its_critical_service(
    make: Callable[..., Daemon], end: str, keys: dict[str, Any], code: int
) -> None:
    web = service("web", end, critical=True, depends_on="db", **keys)
    daemon = make(web + service("db", tidy("exit 0"), **AT_ONCE))
    daemon.start()
    daemon.wait_for(r"stopping: the critical service web has ended for good")
    assert daemon.end() == code
    assert daemon.others() == set()


def test_sexton_goes_on_when_its_critical_service_is_stopped_by_hand(make: Callable[..., Daemon]) -> None:
    daemon = make(service("web", "exec sleep 1000", critical=True, restart="never", **AT_ONCE)).start()
    daemon.wait_for(r"web: running")
    daemon.cli("stop", "web")
    assert daemon.ask("status")["services"][0]["state"] == "stopped"
    assert daemon.stop() == 0


def test_a_service_is_restarted_by_hand_and_no_other(make: Callable[..., Daemon]) -> None:
    daemon = make(service("web", tidy("exit 0"), **AT_ONCE) + service("db", "exec sleep 1000", **AT_ONCE)).start()
    for name in ("web", "db"):
        daemon.cli("start", name)  # answered when it runs
    web, db = pid_of(daemon, "web"), pid_of(daemon, "db")
    daemon.cli("restart", "web")
    assert pid_of(daemon, "web") != web
    assert pid_of(daemon, "db") == db
    assert daemon.stop() == 0


def test_what_is_left_of_a_crashed_service_is_killed_for_its_replacement(
    make: Callable[..., Daemon], gate: Gate
) -> None:
    """What it left in the background holds the lock that the replacement waits for."""
    left = f"sh -c '{STUBBORN}' & {CRASHING}"
    daemon = make(service("web", LOCKED.format("-w 10") + left, stop={"timeout": "200ms"}, **AT_ONCE)).start()
    for _ in range(2):
        daemon.wait_for(r"web +\| up")
    daemon.cli("start", "web")  # answered once it runs
    gate.let_pass()
    for _ in range(2):
        daemon.wait_for(r"web +\| up")
    assert daemon.stop() == 128 + signal.SIGTERM  # the background process is stubborn


def test_nothing_of_a_service_is_left_when_it_was_stopped_by_hand(make: Callable[..., Daemon]) -> None:
    daemon = make(service("web", TWO_STUBBORN, stop={"timeout": "200ms"}) + job("other", "true")).start()
    for _ in range(2):
        daemon.wait_for(r"web +\| up")
    stubborn = daemon.others()
    assert len(stubborn) >= 2
    daemon.cli("stop", "web")
    wait_until_gone(stubborn | daemon.others())
    assert daemon.stop() == 0


def test_the_old_processes_are_gone_before_a_service_starts_after_a_crash_of_sexton(
    make: Callable[..., Daemon],
) -> None:
    stop = {"timeout": "200ms"}
    daemon = make(service("web", LOCKED.format("-n") + TWO_STUBBORN, stop=stop, restart="never")).start()
    for _ in range(2):
        daemon.wait_for(r"web +\| up")
    daemon.kill()
    assert len(daemon.others()) >= 2
    daemon.start()
    daemon.wait_for(r"web: pid \d+ outlived the Sexton that started it; ending it")
    for _ in range(2):
        daemon.wait_for(r"web +\| up")
    assert daemon.stop() == 128 + signal.SIGTERM


def test_everything_is_over_within_stop_within_when_services_are_stubborn(make: Callable[..., Daemon]) -> None:
    """A chain of three that ignore TERM, each with a child in a session of its own that does too."""
    chain = [("db", []), ("api", ["db"]), ("web", ["api"])]
    tables = [service(name, TWO_STUBBORN, start_seconds="10ms", depends_on=needed or "cron") for name, needed in chain]
    daemon = make("".join([*tables, service("cron", "exec sleep 1000", **AT_ONCE)]), 'stop_within = "2s"').start()
    for _ in range(6):
        daemon.wait_for(r"\| up")
    stubborn = daemon.others()
    assert len(stubborn) >= 7
    begin = time.monotonic()
    assert daemon.stop() == 128 + signal.SIGTERM
    took = time.monotonic() - begin
    assert 1.0 <= took < 2.0 + SLACK
    wait_until_gone(stubborn | daemon.others())
