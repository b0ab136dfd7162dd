"""Processes of other users: who they become, and that none lives that did not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sexton.model.errors import SpawnError
from sexton.model.process import Process, User
from sexton.spawn import identity
from sexton.spawn.identity import verify_user
from tests.spawn.conftest import ENV, Nursery, descriptors

NOBODY = User("nobody", 65534, 65534, (65534, 4, 24))

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start processes as others")


def run(nursery: Nursery, process: Process) -> dict[str, str]:
    """A process that succeeds, and the fields of /proc/self/status that it prints."""
    nursery.children.append(nursery.spawner.spawn(process, ENV))
    said = nursery.output(nursery.children[-1]).decode()
    assert nursery.exit(nursery.children[-1]).code == 0, said
    return {name: value.strip() for name, _, value in (line.partition(":") for line in said.splitlines())}


def refusal(nursery: Nursery, process: Process) -> str:
    before = descriptors()
    with pytest.raises(SpawnError) as caught:
        nursery.spawner.spawn(process, ENV)
    assert descriptors() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return str(caught.value)


STATUS = ("cat", "/proc/self/status")


@as_root
def test_a_process_is_its_user_through_and_through(nursery: Nursery) -> None:
    status = run(nursery, Process(STATUS, user=NOBODY))
    assert status["Uid"].split() == status["Gid"].split() == ["65534"] * 4
    assert set(status["Groups"].split()) == {"4", "24", "65534"}
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0


@as_root
def test_a_process_of_another_user_cannot_become_root_again(nursery: Nursery) -> None:
    again = "import os\ntry:\n os.setuid(0)\nexcept PermissionError:\n print('refused:')"
    assert "refused" in run(nursery, Process(("/usr/bin/python3", "-ISc", again), user=NOBODY))


@as_root
def test_a_process_that_has_ended_at_once_is_no_riddle(nursery: Nursery) -> None:
    for _ in range(50):
        assert run(nursery, Process(("true",), user=NOBODY)) == {}


@as_root
def test_a_set_uid_program_may_change_who_it_is(nursery: Nursery, tmp_path: Path) -> None:
    program = tmp_path / "cat"
    shutil.copy("/bin/cat", program)
    program.chmod(0o6755)
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    run(nursery, Process((str(program), "/dev/null"), user=NOBODY))


def test_a_process_that_is_somebody_else_is_told_from_its_user(nursery: Nursery) -> None:
    child = nursery.spawn("cat")
    uid, gid, groups = os.getuid(), os.getgid(), tuple(os.getgroups())
    verify_user(child.pid, User("us", uid, gid, groups), [])
    for wrong, word in (
        (User("x", uid + 1, gid, groups), f"Uid [{uid}]"),
        (User("x", uid, gid + 1, groups), f"Gid [{gid}]"),
        (User("x", uid, gid, (*groups, 4321)), f"Groups {sorted(groups)}"),
    ):
        with pytest.raises(SpawnError) as caught:
            verify_user(child.pid, wrong, [])
        assert str(caught.value) == f"cannot become user 'x': the process has {word}; it was killed"


@as_root
def test_a_process_that_did_not_become_its_user_is_killed(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    real = identity._identity
    monkeypatch.setattr(identity, "_identity", lambda pid: real(pid) | {b"Uid": {0, 65534}})
    said = refusal(nursery, Process(("sleep", "60"), user=NOBODY))
    assert said == "cannot become user 'nobody': the process has Uid [0, 65534]; it was killed"


@as_root
def test_the_folder_is_blamed_and_not_the_user_when_it_is_missing(nursery: Nursery) -> None:
    said = refusal(nursery, Process(("true",), "/nowhere", user=NOBODY))
    assert said == "cannot enter '/nowhere' (cwd): No such file or directory"


WITHOUT_CAPABILITY = """
import os
from sexton.model.errors import SpawnError
from sexton.model.process import Process, User
from sexton.spawn import standing  # loaded while we may
from sexton.spawn.spawner import Spawner
spawner = Spawner()
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    spawner.spawn(Process(("true",), user=User("bin", 2, 2, (2,))), {"PATH": "/usr/bin:/bin"})
except SpawnError as error:
    print(error)
"""


def test_the_capabilities_are_named_when_a_user_cannot_be_taken_on() -> None:
    said = subprocess.run([sys.executable, "-c", WITHOUT_CAPABILITY], capture_output=True, text=True, check=False)
    assert said.stderr == ""
    expected = "cannot become user 'bin': Operation not permitted; it takes CAP_SETUID and CAP_SETGID\n"
    assert said.stdout == expected
