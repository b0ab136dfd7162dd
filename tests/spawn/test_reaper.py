"""How processes ended, and what they cost."""

import os
import resource
import signal
import sys

import pytest

from sexton.model.run import Exit
from tests.spawn.conftest import Nursery


@pytest.mark.parametrize("code", [0, 1, 78, 255])
def test_the_exit_code_is_told(nursery: Nursery, code: int) -> None:
    ended = nursery.exit(nursery.spawn("sh", "-c", f"exit {code}"))
    assert (ended.code, ended.signal) == (code, None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGRTMIN])
def test_the_signal_that_ended_a_process_is_told(nursery: Nursery, number: int) -> None:
    ended = nursery.exit(nursery.spawn("sh", "-c", f"kill -{int(number)} $$"))
    assert (ended.code, ended.signal) == (None, number)


def test_cpu_time_and_memory_of_a_process_and_its_children_are_told(nursery: Nursery) -> None:
    idle = nursery.exit(nursery.spawn("true"))
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    size = ours + 30_000_000
    burn = f'import time; block = b"x" * {size}\nwhile time.process_time() < 0.3: pass'
    busy = nursery.exit(nursery.spawn(sys.executable, "-ISc", burn))
    through_a_shell = nursery.exit(nursery.spawn("sh", "-c", f"'{sys.executable}' -ISc '{burn}'; true"))
    assert idle.cpu < 100_000
    assert 0 < idle.max_rss <= ours
    for ended in (busy, through_a_shell):
        assert 300_000 <= ended.cpu < 3_000_000
        assert size < ended.max_rss < size + 50_000_000


def test_every_process_that_has_ended_is_collected_at_once(nursery: Nursery) -> None:
    children = [nursery.spawn("sh", "-c", f"exit {number}") for number in range(10)]
    for child in children:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    ended = dict(nursery.spawner.reap())
    nursery.exits.update(ended)
    assert {pid: exit_.code for pid, exit_ in ended.items()} == {c.pid: n for n, c in enumerate(children)}
    assert list(nursery.spawner.reap()) == []


def test_nothing_is_collected_from_a_process_that_lives(nursery: Nursery) -> None:
    child = nursery.spawn("sleep", "60")
    assert list(nursery.spawner.reap()) == []
    nursery.spawner.signal_group(child.pid, signal.SIGTERM)
    assert nursery.exit(child) == Exit(
        None, signal.SIGTERM, nursery.exits[child.pid].cpu, nursery.exits[child.pid].max_rss
    )
