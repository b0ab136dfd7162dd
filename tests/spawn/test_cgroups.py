"""Processes in cgroups of their own: where the kernel lets us for real, else in a folder that stands in for it."""

import os
import select
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.model.errors import SpawnError
from sexton.model.process import Bounds, Process
from sexton.model.run import Exit
from sexton.spawn.cgroup_home import Unavailable, find
from sexton.spawn.cgroups import Cgroups
from sexton.spawn.process import spawn
from tests.spawn.cgroup_stand_in import StandIn
from tests.spawn.conftest import ENV, PATIENCE, Nursery

BOUNDS = Bounds(memory=512 * 10**6, pids=200)
WEB = {**ENV, "SEXTON_SERVICE": "web"}
DEAD = Exit(None, 9, 0, 0)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return StandIn(tmp_path, monkeypatch, enabled="memory pids")


@pytest.fixture
def real() -> Iterator[str]:
    """A cgroup of the kernel's, for Sexton to be in."""
    try:
        path = f"{find()}/sexton-test-{os.getpid()}"
        os.mkdir(path)
    except (Unavailable, OSError) as error:
        pytest.skip(f"this machine lets us make no cgroup: {error}")
    yield path
    os.rmdir(path)  # fails where anything of it is left


def start(nursery: Nursery, cgroups: Cgroups, bounds: Bounds, *argv: str) -> int:
    """A process of service `web`; its pid."""
    stdin = nursery.spawner._stdin
    child = cgroups.spawn(bounds, WEB, lambda cgroup: spawn(Process(argv), WEB, stdin, cgroup))
    nursery.children.append(child)
    return child.pid


def test_a_process_is_in_its_cgroup_from_its_first_instruction(nursery: Nursery, real: str) -> None:
    cgroups = Cgroups(pytest.fail, real)
    pid = start(nursery, cgroups, Bounds(), "cat", "/proc/self/cgroup")
    (said,) = [line for line in nursery.output(nursery.children[0]).splitlines() if line.startswith(b"0::")]
    assert said.endswith(b".web")
    assert f"sexton-{os.getpid()}.1.web".encode() in said
    cgroups.ended(pid, nursery.exit(nursery.children[0]))
    assert [each for each in os.listdir(real) if each.startswith("sexton")] == []


def test_what_has_left_its_session_and_its_mark_is_killed_with_the_cgroup(nursery: Nursery, real: str) -> None:
    cgroups = Cgroups(pytest.fail, real)
    pid = start(nursery, cgroups, Bounds(), "sh", "-c", "env -i setsid sleep 1000 & echo $!; wait")
    escaped = os.pidfd_open(int(nursery.line(nursery.children[0])))
    cgroups.kill("SEXTON_INSTANCE=x\0SEXTON_SERVICE=other")
    cgroups.kill("SEXTON_INSTANCE=x\0SEXTON_SERVICE=web")
    assert nursery.exit(nursery.children[0]).signal == 9
    assert poller(escaped).poll(PATIENCE)
    os.close(escaped)
    cgroups.ended(pid, DEAD)
    assert [each for each in os.listdir(real) if each.startswith("sexton")] == []


def poller(fd: int) -> select.poll:
    found = select.poll()
    found.register(fd, select.POLLIN)
    return found


def test_nothing_is_left_when_the_process_cannot_be_started(nursery: Nursery, real: str) -> None:
    with pytest.raises(SpawnError, match="No such file"):
        start(nursery, Cgroups(pytest.fail, real), Bounds(), "/no/such/program")
    assert [each for each in os.listdir(real) if each.startswith("sexton")] == []


def test_the_bounds_are_written_before_the_process_enters(nursery: Nursery, stand_in: StandIn) -> None:
    cgroups = Cgroups(pytest.fail, str(stand_in.path))
    pid = start(nursery, cgroups, BOUNDS, "true")
    (made,) = stand_in.made()
    assert made.name == f"sexton-{os.getpid()}.1.web"
    assert [(made / name).read_text() for name in ("memory.max", "pids.max", "cgroup.procs")] == [
        "512000000",
        "200",
        "0",
    ]
    cgroups.ended(pid, nursery.exit(nursery.children[0]))
    assert stand_in.made() == []


@pytest.mark.parametrize(
    ("file", "events", "bounds", "limit"),
    [
        ("memory.events", "low 0\nmax 7\noom 1\noom_kill 1\n", BOUNDS, "memory limit of 512 MB reached"),
        ("memory.events", "oom_kill 2\n", Bounds(2**29), "memory limit of 512 MiB reached"),
        ("memory.events", "oom_kill 2\n", Bounds(1_000_001), "memory limit of 1000001 bytes reached"),
        ("memory.events", "oom 0\noom_kill 0\n", BOUNDS, ""),
        ("pids.events", "max 3\n", BOUNDS, "limit of 200 processes reached"),
    ],
)
def test_the_bound_that_was_reached_is_told_with_the_exit(
    nursery: Nursery, stand_in: StandIn, file: str, events: str, bounds: Bounds, limit: str
) -> None:
    cgroups = Cgroups(pytest.fail, str(stand_in.path))
    pid = start(nursery, cgroups, bounds, "true")
    (stand_in.made()[0] / file).write_text(events)
    assert cgroups.ended(pid, DEAD) == DEAD._replace(limit=limit)


def test_a_cgroup_is_removed_later_when_something_in_it_still_lives(nursery: Nursery, stand_in: StandIn) -> None:
    cgroups = Cgroups(pytest.fail, str(stand_in.path))
    pid = start(nursery, cgroups, BOUNDS, "true")
    stand_in.keep = {"web"}
    cgroups.ended(pid, DEAD)
    (made,) = stand_in.made()
    cgroups.kill("SEXTON_INSTANCE=x\0SEXTON_SERVICE=web")
    assert (made / "cgroup.kill").read_text() == "1"
    stand_in.keep = set()
    cgroups.ended(4711, DEAD)
    assert stand_in.made() == []


def test_all_are_killed_when_no_owner_is_named(nursery: Nursery, stand_in: StandIn) -> None:
    cgroups = Cgroups(pytest.fail, str(stand_in.path))
    start(nursery, cgroups, BOUNDS, "true")
    start(nursery, cgroups, BOUNDS, "true")
    cgroups.kill("SEXTON_INSTANCE=x")
    assert [(made / "cgroup.kill").read_text() for made in stand_in.made()] == ["1", "1"]


def test_a_process_goes_without_bounds_when_there_can_be_none_which_is_said_once(
    nursery: Nursery, stand_in: StandIn
) -> None:
    (stand_in.path / "cgroup.controllers").write_text("cpu pids")
    said: list[str] = []
    cgroups = Cgroups(said.append, str(stand_in.path))
    start(nursery, cgroups, BOUNDS, "true")
    start(nursery, cgroups, BOUNDS, "true")
    why = f"the cgroup {stand_in.path} has no controller `memory`; delegate it to Sexton, or give up cgroup v1"
    assert said == [f"limits: memory and pids cannot be limited: {why}"]
    assert (cgroups.trouble, stand_in.made()) == (why, [])
    assert [nursery.exit(child).code for child in nursery.children] == [0, 0]
    (stand_in.path / "cgroup.controllers").write_text("memory pids")
    start(nursery, cgroups, BOUNDS, "true")
    assert cgroups.trouble is None


def test_a_process_does_not_start_when_it_cannot_enter_its_cgroup(nursery: Nursery) -> None:
    with open("/dev/full", "wb", 0) as full, pytest.raises(SpawnError, match="cannot enter its cgroup: No space left"):
        spawn(Process(("true",)), ENV, nursery.spawner._stdin, full.fileno())


def test_those_of_before_a_reexec_are_taken_up_with_their_bounds(nursery: Nursery, stand_in: StandIn) -> None:
    before = Cgroups(pytest.fail, str(stand_in.path))
    pid = start(nursery, before, BOUNDS, "true")
    (old,) = stand_in.made()
    (old / "cgroup.procs").write_text(f"{pid}\n")
    (old / "memory.events").write_text("oom_kill 1\n")
    after = Cgroups(pytest.fail, str(stand_in.path))
    stand_in.keep = {"web"}
    start(nursery, after, Bounds(pids=3), "true")
    assert [made.name.split(".")[1] for made in stand_in.made()] == ["1", "2"]
    after.kill("SEXTON_INSTANCE=x\0SEXTON_SERVICE=web")
    assert (old / "cgroup.kill").read_text() == "1"
    assert after.ended(pid, DEAD).limit == "memory limit of 512 MB reached"
    stand_in.keep = set()
    after.ended(nursery.children[1].pid, DEAD)
    assert stand_in.made() == []
