"""Runs that take too long, and what it takes to end them."""

import os
import select
from collections.abc import Callable, Iterable

import pytest

from tests.acceptance.daemon import LIMIT, Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import STUBBORN, at_start, tidy

TIDYING = "echo tidying; read x <gate; echo done; exit 0"
ESCAPING = f"""
sh -c '{STUBBORN}' &
setsid sh -c '{STUBBORN}' &
(setsid sh -c '({STUBBORN}) & exit' &)
{STUBBORN}
"""


def wait_until_gone(pids: Iterable[int]) -> None:
    for pid in pids:
        try:
            fd = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        ended = poll.poll(LIMIT * 1000)
        os.close(fd)
        assert ended, f"process {pid} still lives"


def test_a_run_that_is_too_long_is_asked_to_end(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(at_start("slow", "read x <gate", timeout="100ms")).start()
    run = daemon.ended("slow")
    assert (run["outcome"], run["reason"], run["signal"]) == ("timeout", "ran longer than its timeout", "SIGTERM")
    assert 0.1 <= run["seconds"] < 5
    assert daemon.stop() == 0  # TERM sufficed


def test_nothing_of_a_run_is_left_when_it_did_not_heed_its_timeout(make: Callable[..., Daemon]) -> None:
    """A grandchild in the group, one in a session of its own, and one forked twice: all deaf to TERM."""
    daemon = make(at_start("deaf", ESCAPING, timeout="1500ms", stop={"timeout": "100ms"})).start()
    for _ in range(4):
        daemon.wait_for(r"deaf +\| up")
    deaf = daemon.others()
    assert len(deaf) >= 4
    run = daemon.ended("deaf")
    assert (run["outcome"], run["signal"], run["state"]) == ("timeout", "SIGKILL", "ended")
    wait_until_gone(deaf | daemon.others())
    assert daemon.others() == set()
    assert daemon.stop() == 0  # the exit code tells of this stop, not of what was killed before


def test_a_run_that_was_frozen_is_ended_too(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("frozen", "kill -STOP $$", timeout="100ms", stop={"timeout": "100ms"})).start()
    run = daemon.ended("frozen")
    assert (run["outcome"], run["signal"]) == ("timeout", "SIGKILL")
    assert daemon.others() == set()


@pytest.mark.parametrize("name", ["TERM", "USR2"])
def test_a_run_may_take_its_stop_timeout_to_end_well(make: Callable[..., Daemon], gate: Gate, name: str) -> None:
    daemon = make(at_start("tidy", tidy(TIDYING, name), stop={"signal": name, "timeout": "1m"})).start()
    daemon.wait_for(r"\| up")
    daemon.cli("cancel", "1")
    daemon.wait_for(r"\| tidying")
    gate.let_pass()
    run = daemon.ended("tidy")
    assert (run["outcome"], run["exit_code"], run["signal"]) == ("cancelled", 0, None)
    assert {"up", "tidying", "done"} <= set(run["tail"])
    assert daemon.stop() == 0
