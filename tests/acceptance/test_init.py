"""Sexton as the first process of a PID namespace, as in a container, and as the parent of orphans anywhere."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.daemon import Daemon, marked, sexton
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start, job

NAMESPACE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", *(() if os.geteuid() == 0 else ("-r",)))
ORPHAN = "(sh -c 'read x <gate' & echo $! >orphan)"
WHOSE = "sed -n 's/^PPid:.//p' /proc/$(cat orphan)/status; echo $PPID"
# A zombie still takes signal 0: only once the orphan was reaped is there nothing to signal.
REAPED = "while kill -0 $(cat orphan); do :; done 2>/dev/null"


def first_of_namespace(home: Path) -> int:
    """The pid, as we see it, of the process that is PID 1 where it lives."""
    (found,) = (pid for pid in marked(home) if innermost_pid(pid) == 1)
    return found


def innermost_pid(pid: int) -> int:
    """0 for a process that has ended meanwhile, as orphans of a storm do."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    for line in status.splitlines():
        if line.startswith("NSpid:"):
            return int(line.split()[-1])
    raise AssertionError("no NSpid in /proc/PID/status")


def test_sexton_works_as_pid_1(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("first", "echo up; sleep 1000") + job("other", "echo $PPID")).start(
        launcher=(*NAMESPACE, *sexton())
    )
    daemon.wait_for(r"\| up")
    assert daemon.ask("status")["info"]["pid"] == 1
    assert daemon.cli("trigger", "other", "--wait").returncode == 0
    assert daemon.cli("logs", "other").stdout == "1\n"
    os.kill(first_of_namespace(daemon.home), signal.SIGTERM)
    daemon.wait_for(r"first: run 1 was cancelled")
    assert daemon.end() == 0
    assert daemon.others() == set()


@pytest.mark.parametrize("prefix", [NAMESPACE, ()], ids=["as PID 1", "as any process"])
def test_orphans_come_to_sexton_and_are_reaped(
    make: Callable[..., Daemon], gate: Gate, prefix: tuple[str, ...]
) -> None:
    daemon = make(at_start("leave", ORPHAN) + job("whose", WHOSE) + job("look", REAPED, timeout="10s"))
    daemon.start(launcher=(*prefix, *sexton()))
    daemon.wait_for(r"leave: run 1 succeeded")
    daemon.cli("trigger", "whose", "--wait")
    orphans_parent, own_parent = daemon.cli("logs", "whose").stdout.split()
    assert orphans_parent == own_parent
    gate.let_pass()
    assert daemon.cli("trigger", "look", "--wait").returncode == 0
    os.kill(first_of_namespace(daemon.home) if prefix else daemon.pid, signal.SIGTERM)
    assert daemon.end() == 0
