"""What a child of Sexton does not inherit, however Sexton itself was started."""

import sys
from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import at_start, job

IGNORING = ("sh", "-c", 'trap "" HUP USR1 PIPE; exec "$0" -m sexton "$@"', sys.executable)
BLOCK = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
os.execv(sys.executable, [sys.executable, "-m", "sexton", *sys.argv[1:]])
"""
BLOCKING = (sys.executable, "-c", BLOCK)
SHOW = """
import os
*opened, listing = sorted(map(int, os.listdir("/proc/self/fd")))
print(opened, os.readlink("/proc/self/fd/0"), os.getsid(0) == os.getpgid(0) == os.getpid())
"""
OPEN = ("sh", "-c", 'exec 7</dev/null 8</; exec "$0" -m sexton "$@"', sys.executable)


def test_a_child_has_its_signals_at_their_default_when_sexton_ignores_them(make: Callable[..., Daemon]) -> None:
    daemon = make(job("usr1", "kill -USR1 $$") + job("hup", "kill -HUP $$") + job("pipe", "kill -PIPE $$"))
    daemon.start(launcher=IGNORING)
    for name in ("usr1", "hup", "pipe"):
        daemon.cli("trigger", name, "--wait", check=False)
    assert [run["signal"] for run in daemon.runs()] == ["SIGUSR1", "SIGHUP", "SIGPIPE"]


def test_sexton_and_its_children_hear_signals_that_were_blocked_at_its_start(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("usr1", "kill -USR1 $$")).start(launcher=BLOCKING)
    assert daemon.ended("usr1")["signal"] == "SIGUSR1"
    assert daemon.stop() == 0


def test_a_child_has_three_descriptors_and_a_session_of_its_own(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("show", command=[sys.executable, "-c", SHOW])).start(launcher=OPEN)
    assert daemon.ended("show")["tail"] == ["[0, 1, 2] /dev/null True"]
