"""What people do with services of a running Sexton: start, stop, restart, signal, look, read; and the exit codes."""

import subprocess
from collections.abc import Callable
from threading import Timer

from tests.acceptance.daemon import LIMIT, Daemon, sexton
from tests.acceptance.jobs import STUBBORN, service, tidy
from tests.acceptance.test_timeouts import wait_until_gone

IDLE = "exec sleep 1000"
BY_HAND = {"autostart": False}
FRONT = '[groups.front]\nservices = ["web", "proxy"]\n'


def test_start_stays_until_a_whole_chain_runs(make: Callable[..., Daemon]) -> None:
    slow = {"start_seconds": "200ms", **BY_HAND}
    web = service("web", IDLE, depends_on="db", **slow)
    daemon = make(service("db", IDLE, **slow) + web + service("proxy", IDLE, depends_on="web", **slow) + FRONT).start()
    refused = daemon.cli("start", "front", check=False)
    assert (refused.returncode, refused.stdout) == (1, "web waits for db (stopped)\nproxy waits for web (waiting)\n")
    started = daemon.cli("start", "db", "front").stdout.splitlines()
    assert [line.partition(",")[0] for line in started] == ["db is running", "web is running", "proxy is running"]
    assert "3 of 3 services up" in daemon.cli("status").stdout
    assert daemon.stop() == 0


def test_start_that_fails_says_why_and_where_to_look(make: Callable[..., Daemon]) -> None:
    backoff = {"delay": "1m", "limit": "1m"}
    daemon = make(service("web", "echo no such port; exit 3", backoff=backoff, **BY_HAND)).start()
    failed = daemon.cli("start", "web", check=False)
    said = "web did not stay up: exit code 3; it is tried again\nits log: sexton logs web\n"
    assert (failed.returncode, failed.stdout) == (1, said)
    assert daemon.cli("logs", "web").stdout == "no such port\n"
    assert daemon.stop() == 0


def test_stop_leaves_nothing_of_a_stubborn_service(make: Callable[..., Daemon]) -> None:
    daemon = make(service("web", STUBBORN, stop={"timeout": "100ms"})).start()
    daemon.wait_for(r"web +\| up")
    assert daemon.cli("stop", "web").stdout == "web is stopped; it had to be killed\n"
    wait_until_gone(daemon.others())
    assert daemon.stop() == 0


def test_restart_gives_every_instance_a_new_process(make: Callable[..., Daemon]) -> None:
    daemon = make(service("worker", IDLE, instances=2, start_seconds="10ms")).start()
    daemon.wait_for_each("worker-1: running", "worker-2: running")
    before = {each["pid"] for each in daemon.ask("status", "worker")["services"]}
    after = {each["pid"] for each in daemon.ask("restart", "worker")["services"]}
    assert len(before) == len(after) == 2
    assert not before & after
    assert daemon.stop() == 0


def test_signal_reaches_the_service(make: Callable[..., Daemon]) -> None:
    daemon = make(service("web", tidy("echo again", "HUP"), stop={"signal": "KILL"})).start()
    daemon.wait_for(r"web +\| up")
    assert "HUP sent to web, pid" in daemon.cli("signal", "web", "HUP").stdout
    daemon.wait_for(r"web +\| again")


def test_follower_misses_nothing_over_rotations_and_restarts(make: Callable[..., Daemon]) -> None:
    count = "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo line $i; done; exec sleep 1000"
    daemon = make(service("web", count, log={"max_size": "2kB", "keep": 16}, **BY_HAND)).start()
    command = (*sexton(), "--socket", str(daemon.home / "run/s.sock"), "logs", "-fn", "all", "web")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        patience = Timer(LIMIT, follower.kill)
        patience.start()
        try:
            for _ in range(2):
                daemon.cli("restart", "web")
                assert [follower.stdout.readline() for _ in range(1000)] == [f"line {n}\n" for n in range(1, 1001)]
        finally:
            patience.cancel()
            follower.terminate()
    assert daemon.stop() == 0
