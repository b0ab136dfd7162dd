"""Umask, niceness, privileges and limits of a process, and that nothing of them stays with us."""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.model.process import UNLIMITED, Limit, Process
from tests.spawn.conftest import Nursery
from tests.spawn.test_identity import NOBODY, as_root, refusal, run

LIMITS = ("cat", "/proc/self/limits")
NAMES = {"Max open files": "nofile", "Max core file size": "core", "Max stack size": "stack", "Max cpu time": "cpu"}
NAMES |= {"Max file size": "fsize", "Max address space": "as", "Max processes": "nproc", "Max locked memory": "memlock"}


@pytest.fixture(autouse=True)
def ours() -> Iterator[None]:
    """What we are is the same afterwards."""
    before = standing()
    yield
    assert standing() == before


def standing() -> tuple[object, ...]:
    status = Path("/proc/self/status").read_text()
    privileges = [line for line in status.splitlines() if line.startswith(("NoNewPrivs", "Umask"))]
    return (
        Path("/proc/self/limits").read_text(),
        privileges,
        os.getpriority(os.PRIO_PROCESS, 0),
        threading.active_count(),
    )


def limits(nursery: Nursery, process: Process) -> dict[str, tuple[str, ...]]:
    """The soft and hard limits that a process finds."""
    nursery.children.append(nursery.spawner.spawn(process, {"PATH": "/usr/bin:/bin"}))
    said = nursery.output(nursery.children[-1]).decode()
    assert nursery.exit(nursery.children[-1]).code == 0, said
    return {
        NAMES[line[:26].strip()]: tuple(line[26:].split()[:2])
        for line in said.splitlines()
        if line[:26].strip() in NAMES
    }


def hard(name: str) -> str:
    bound = resource.getrlimit(getattr(resource, f"RLIMIT_{name.upper()}"))[1]
    return "unlimited" if bound == UNLIMITED else str(bound)


def imposed(nursery: Nursery, *asked: Limit) -> list[tuple[int, int]]:
    """The bounds of a process that lives."""
    process = Process(("sleep", "60"), limits=asked)
    nursery.children.append(nursery.spawner.spawn(process, {"PATH": "/usr/bin:/bin"}))
    numbers = [getattr(resource, f"RLIMIT_{limit.name.upper()}") for limit in asked]
    return [resource.prlimit(nursery.children[-1].pid, number) for number in numbers]


def test_a_number_is_the_soft_limit_and_leaves_the_hard_one(nursery: Nursery) -> None:
    asked = {"nofile": 100, "core": 0, "stack": 1 << 20, "fsize": 1 << 20, "as": 1 << 28, "memlock": 4096}
    found = limits(nursery, Process(LIMITS, limits=tuple(Limit(*each) for each in asked.items())))
    assert {name: found[name] for name in asked} == {name: (str(soft), hard(name)) for name, soft in asked.items()}
    assert found["nproc"][1] == hard("nproc")


def test_a_process_has_its_cpu_time_though_we_never_have_it(nursery: Nursery) -> None:
    (found,) = imposed(nursery, Limit("cpu", 77))
    assert found == (77, resource.getrlimit(resource.RLIMIT_CPU)[1])


def test_both_bounds_are_set_when_both_are_given(nursery: Nursery) -> None:
    asked = (Limit("nofile", 100, 200), Limit("cpu", 5, 6), Limit("core", 0, 0))
    assert imposed(nursery, *asked) == [(100, 200), (5, 6), (0, 0)]


def test_a_limit_holds(nursery: Nursery, tmp_path: Path) -> None:
    file = tmp_path / "file"
    write = Process(("sh", "-c", f"head -c 5000 /dev/zero >'{file}'; echo $?"), limits=(Limit("fsize", 1000),))
    nursery.children.append(nursery.spawner.spawn(write, {"PATH": "/usr/bin:/bin"}))
    assert nursery.output(nursery.children[-1]).splitlines()[-1] != b"0"
    assert file.stat().st_size == 1000


@as_root
def test_another_user_has_the_limits_that_can_be_inherited(nursery: Nursery) -> None:
    found = limits(
        nursery, Process(LIMITS, user=NOBODY, limits=(Limit("nofile", 64), Limit("core", 0), Limit("as", 1 << 28)))
    )
    assert (found["nofile"][0], found["core"][0], found["as"][0]) == ("64", "0", str(1 << 28))


def test_a_limit_that_cannot_be_given_is_named_and_nothing_is_left(nursery: Nursery) -> None:
    beyond = Path("/proc/sys/fs/nr_open").read_text().strip()
    said = refusal(nursery, Process(("true",), limits=(Limit("core", 0), Limit("nofile", int(beyond) + 1))))
    assert said.startswith(f"cannot set limits.nofile to {int(beyond) + 1}/")
    said = refusal(nursery, Process(("sleep", "60"), limits=(Limit("nofile", 64, int(beyond) + 1),)))
    assert said.startswith(f"cannot set limits.nofile to 64/{int(beyond) + 1}: ")


def test_a_program_that_is_missing_is_named_when_limits_are_set_too(nursery: Nursery) -> None:
    said = refusal(nursery, Process(("/nowhere/tool",), limits=(Limit("cpu", 5), Limit("nofile", 64))))
    assert said == "cannot start '/nowhere/tool': No such file or directory"


def test_a_process_has_its_umask_its_niceness_and_no_new_privileges(nursery: Nursery) -> None:
    script = "grep -E '^(Umask|NoNewPrivs):' /proc/self/status; echo Nice: $(nice)"
    found = run(nursery, Process(("sh", "-c", script), umask=0o27, nice=7, no_new_privs=True))
    assert found == {"Umask": "0027", "NoNewPrivs": "1", "Nice": "7"}


def test_a_process_without_them_is_as_we_are(nursery: Nursery) -> None:
    script = "grep -E '^NoNewPrivs:' /proc/self/status; echo Nice: $(nice)"
    found = run(nursery, Process(("sh", "-c", script), nice=None))
    assert found == {"NoNewPrivs": "0", "Nice": str(os.getpriority(os.PRIO_PROCESS, 0))}


def test_a_start_from_a_thread_is_refused_as_any_other(nursery: Nursery) -> None:
    said = refusal(nursery, Process(("/nowhere/tool",), nice=5, no_new_privs=True))
    assert said == "cannot start '/nowhere/tool': No such file or directory"
    said = refusal(nursery, Process(("true",), nice=5, limits=(Limit("nofile", 64, 1 << 62),)))
    assert said.startswith("cannot set limits.nofile to 64/")


def test_a_child_outlives_the_thread_that_started_it(nursery: Nursery) -> None:
    script = "read parent < /proc/$$/stat; echo up; exec sleep 60"
    nursery.children.append(nursery.spawner.spawn(Process(("sh", "-c", script), nice=5), {"PATH": "/usr/bin:/bin"}))
    child = nursery.children[-1]
    assert nursery.line(child) == b"up"
    assert int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[1]) == os.getpid()


LOADED = """
import os, sys
before = set(sys.modules)  # without HOME, Python itself asks pwd
from sexton.config.load import load_plan
from sexton.spawn.spawner import Spawner
(job,) = load_plan([sys.argv[1]], os.environ).jobs.values()
os.waitpid(Spawner().spawn(job.process, {"PATH": "/usr/bin:/bin"}).pid, 0)
print(*sorted({"pwd", "resource", "sexton.config.standing", "sexton.spawn.standing"} & set(sys.modules) - before))
"""


def test_nothing_of_this_is_loaded_for_a_plan_without_it(tmp_path: Path) -> None:
    def loaded(keys: str) -> list[str]:
        plan = tmp_path / "plan.toml"
        plan.write_text(f'[jobs.x]\ncommand = "true"\n{keys}')
        done = subprocess.run([sys.executable, "-c", LOADED, str(plan)], capture_output=True, text=True, check=True)
        return done.stdout.split()

    assert loaded("") == []
    assert "sexton.spawn.standing" in loaded("nice = 19")
