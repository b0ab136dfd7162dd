"""Signals to groups, and processes found and ended by the mark they carry, wherever they hid."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from sexton.engine.loop import linux
from sexton.engine.loop.linux import become_subreaper
from sexton.spawn.carriers import kill_carriers
from tests.spawn.conftest import ENV, PATIENCE, Nursery

MARK = f"SEXTON_INSTANCE=test{os.getpid()}"


def marked(*more: str) -> dict[str, str]:
    return {**ENV, **dict(entry.split("=", 1) for entry in (MARK, *more))}


def pids(nursery: Nursery, mark: str = MARK) -> set[int]:
    found = list(nursery.spawner.carriers(mark))
    for carrier in found:
        carrier.close()
    return {carrier.pid for carrier in found}


def test_a_signal_reaches_every_process_of_the_group(nursery: Nursery) -> None:
    child = nursery.spawn("sh", "-c", "sleep 60 & sleep 60 & echo up; wait")
    nursery.line(child)
    assert nursery.spawner.group_alive(child.pid)
    nursery.spawner.signal_group(child.pid, signal.SIGTERM)
    assert nursery.output(child) == b""  # every holder of the pipe is gone
    assert nursery.exit(child).signal == signal.SIGTERM


def test_a_group_is_alive_until_its_last_process_was_collected(nursery: Nursery, subreaper: None) -> None:
    child = nursery.spawn("sh", "-c", "sleep 60 & echo $!")
    orphan = int(nursery.line(child))
    assert nursery.exit(child).code == 0
    assert nursery.spawner.group_alive(child.pid)
    os.kill(orphan, signal.SIGKILL)
    os.waitpid(orphan, 0)
    assert not nursery.spawner.group_alive(child.pid)


def test_signalling_a_group_that_is_gone_is_no_error(nursery: Nursery) -> None:
    child = nursery.spawn("true")
    nursery.exit(child)
    nursery.spawner.signal_group(child.pid, signal.SIGTERM)
    assert not nursery.spawner.group_alive(child.pid)


def test_a_carrier_is_found_with_its_whole_environment(nursery: Nursery) -> None:
    env = marked("SEXTON_JOB=ingest", "SEXTON_RUN_ID=7", "EQUALS=a=b")
    child = nursery.spawn("sleep", "60", env=env)
    (carrier,) = nursery.spawner.carriers(MARK)
    assert (carrier.pid, dict(carrier.env)) == (child.pid, env)
    carrier.close()


def test_the_descriptor_of_a_carrier_is_readable_once_it_has_ended(nursery: Nursery) -> None:
    nursery.spawn("sleep", "60", env=marked())
    (carrier,) = nursery.spawner.carriers(MARK)
    poller = select.poll()
    poller.register(carrier.fd, select.POLLIN)
    assert poller.poll(0) == []
    carrier.signal(signal.SIGTERM)
    assert poller.poll(PATIENCE) == [(carrier.fd, select.POLLIN)]
    nursery.exit(nursery.children[0])
    carrier.signal(signal.SIGTERM)  # gone: let be
    carrier.close()


def test_a_mark_that_is_a_part_of_another_does_not_match(nursery: Nursery) -> None:
    child = nursery.spawn("sleep", "60", env={**ENV, "SEXTON_INSTANCE": f"test{os.getpid()}0"})
    nursery.spawn("sleep", "60", env={**ENV, "MY_" + MARK.split("=")[0]: MARK.split("=")[1]})
    nursery.spawn("sleep", "60", env={**ENV, "OTHER": MARK})
    nursery.spawn("sleep", "60", MARK)
    assert pids(nursery) == set()
    assert pids(nursery, MARK + "0") == {child.pid}


def test_every_part_of_a_mark_has_to_match(nursery: Nursery) -> None:
    first, _second = (nursery.spawn("sleep", "60", env=marked(f"SEXTON_RUN_ID={number}")) for number in (1, 11))
    assert pids(nursery, f"{MARK}\0SEXTON_RUN_ID=1") == {first.pid}
    assert pids(nursery, f"{MARK}\0SEXTON_RUN_ID=2") == set()
    assert len(pids(nursery)) == 2


def test_a_process_is_found_in_the_very_moment_it_becomes_a_program(nursery: Nursery) -> None:
    """It has no environment for some microseconds then; a sweep that overlooked it would leave it behind."""
    for _ in range(300):
        child = nursery.spawn("sleep", "60", env=marked())
        assert pids(nursery) == {child.pid}
        nursery.spawner.signal_group(child.pid, signal.SIGKILL)
        nursery.exit(child)


def test_a_process_without_any_environment_holds_nobody_up(nursery: Nursery) -> None:
    child = nursery.spawn("/bin/sleep", "60", env={})
    while not os.readlink(f"/proc/{child.pid}/exe").endswith("sleep"):
        os.sched_yield()
    before = time.thread_time()
    assert pids(nursery) == set()
    assert time.thread_time() - before < 0.25


def test_the_dead_carry_nothing(nursery: Nursery) -> None:
    child = nursery.spawn("true", env=marked())
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # a zombie
    assert pids(nursery) == set()


def test_we_ourselves_are_never_a_carrier() -> None:
    script = (
        "import sys; from sexton.spawn.carriers import carriers, kill_carriers; "
        "print([c.pid for c in carriers(sys.argv[1])], kill_carriers(sys.argv[1]))"
    )
    env = {**os.environ, **marked()}
    said = subprocess.run([sys.executable, "-c", script, MARK], env=env, capture_output=True, check=True)
    assert said.stdout == b"[] 0\n"


@pytest.fixture
def subreaper() -> Iterator[None]:
    """Orphans are ours for the time of the test."""
    become_subreaper()
    yield
    linux._libc.prctl(linux.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


ESCAPES = """
setsid sleep 60 &
(setsid sh -c 'sleep 60 & sleep 60 & wait' &)
setsid sh -c '(sleep 60 &)'
trap '' TERM HUP INT
sleep 60 &
echo up
wait
"""


def test_a_tree_is_killed_with_those_who_left_its_session_and_forked_twice(nursery: Nursery, subreaper: None) -> None:
    child = nursery.spawn("sh", "-c", ESCAPES, env=marked())
    nursery.line(child)
    found = nursery.spawner.kill_tree(child.pid, MARK)
    assert found <= 7
    assert nursery.output(child) == b""  # all of them held the pipe
    assert nursery.exit(child).signal == signal.SIGKILL
    assert pids(nursery) == set()
    orphans(nursery)


def orphans(nursery: Nursery) -> None:
    """Collect what became ours."""
    for child in nursery.children:
        nursery.exit(child)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def test_carriers_are_killed_without_a_group_and_each_is_counted_once(nursery: Nursery) -> None:
    children = [nursery.spawn("sleep", "60", env=marked()) for _ in range(12)]
    assert nursery.spawner.kill_tree(0, MARK) == 12
    assert {nursery.exit(child).signal for child in children} == {signal.SIGKILL}
    assert nursery.spawner.kill_tree(0, MARK) == 0


def test_what_does_not_carry_the_mark_survives_the_killing(nursery: Nursery) -> None:
    bystander = nursery.spawn("sleep", "60", env={**ENV, "SEXTON_INSTANCE": f"x{MARK}"})
    nursery.spawn("sleep", "60", env=marked())
    assert nursery.spawner.kill_tree(0, MARK) == 1
    assert pids(nursery, f"SEXTON_INSTANCE=x{MARK}") == {bystander.pid}


FORKS = "echo up; for number in $(seq 3000); do setsid sleep 60 & done; wait"


def test_a_process_that_forks_all_the_while_is_ended_too(nursery: Nursery, subreaper: None) -> None:
    child = nursery.spawn("sh", "-c", FORKS, env=marked())
    nursery.line(child)
    nursery.spawner.kill_tree(child.pid, MARK)
    assert nursery.output(child) == b""
    orphans(nursery)
    assert pids(nursery) == set()


MORE_THAN_DESCRIPTORS = """
import os, resource, sys
from sexton.model.process import Process
from sexton.spawn.spawner import Spawner
spawner = Spawner()
env = {"PATH": "/usr/bin:/bin", "SEXTON_INSTANCE": sys.argv[1].partition("=")[2]}
children = [spawner.spawn(Process(("sleep", "60")), env) for _ in range(30)]
for child in children:
    os.close(child.output)
resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))
print(spawner.kill_tree(0, sys.argv[1]))
for child in children:
    assert os.waitpid(child.pid, 0)[1] == 9
"""


def test_more_carriers_than_free_descriptors_are_killed_all_the_same() -> None:
    words = [sys.executable, "-c", MORE_THAN_DESCRIPTORS, MARK]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("30\n", "")


def test_killing_ends_when_a_sweep_finds_nobody_new(nursery: Nursery) -> None:
    assert kill_carriers(MARK) == 0
    child = nursery.spawn("sleep", "60", env=marked())
    assert kill_carriers(MARK) == 1
    assert nursery.exit(child).signal == signal.SIGKILL
