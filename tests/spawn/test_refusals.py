"""What is said when a process cannot be started, and that nothing is left of it then."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sexton.model.errors import SpawnError
from tests.spawn.conftest import Nursery, descriptors, script


def refusal(nursery: Nursery, *argv: str, cwd: str | None = None) -> str:
    """The message of a start that fails, once it is certain that it left no descriptor and no process."""
    before = descriptors()
    with pytest.raises(SpawnError) as caught:
        nursery.spawn(*argv, cwd=cwd)
    assert descriptors() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return str(caught.value)


def test_the_path_is_named_when_the_program_is_in_none_of_its_folders(nursery: Nursery) -> None:
    expected = "cannot start 'no-such-tool': No such file or directory; looked in PATH (/usr/bin:/bin)"
    assert refusal(nursery, "no-such-tool") == expected


def test_the_program_is_named_when_its_file_is_missing(nursery: Nursery) -> None:
    assert refusal(nursery, "/nowhere/tool") == "cannot start '/nowhere/tool': No such file or directory"


def test_permission_is_named_when_the_file_may_not_be_executed(nursery: Nursery, tmp_path: Path) -> None:
    tool = script(tmp_path / "tool", "#!/bin/sh\n", mode=0o644)
    assert refusal(nursery, tool) == f"cannot start {tool!r}: Permission denied"
    assert refusal(nursery, str(tmp_path)) == f"cannot start {str(tmp_path)!r}: Permission denied"


def test_the_interpreter_is_blamed_when_the_file_is_there(nursery: Nursery, tmp_path: Path) -> None:
    tool = script(tmp_path / "tool", "#!/nowhere/python\n")
    said = "No such file or directory; the file is there, but not the interpreter that it names"
    assert refusal(nursery, tool) == f"cannot start {tool!r}: {said}"
    assert refusal(nursery, "./tool", cwd=str(tmp_path)) == f"cannot start './tool': {said}"


def test_a_first_line_is_asked_for_when_the_file_is_no_program(nursery: Nursery, tmp_path: Path) -> None:
    tool = script(tmp_path / "tool", "echo hello\n")
    said = "Exec format error; a script begins with a line such as #!/bin/sh"
    assert refusal(nursery, tool) == f"cannot start {tool!r}: {said}"


def test_the_folder_is_blamed_when_it_cannot_be_entered(nursery: Nursery, tmp_path: Path) -> None:
    file = script(tmp_path / "file", "")
    assert refusal(nursery, "true", cwd="/nowhere") == "cannot enter '/nowhere' (cwd): No such file or directory"
    assert refusal(nursery, "true", cwd=file) == f"cannot enter {file!r} (cwd): Not a directory"


@pytest.mark.parametrize("word", ["a\0b", "\ud800"])
def test_a_word_that_the_system_cannot_take_is_refused_and_leaves_nothing(nursery: Nursery, word: str) -> None:
    assert refusal(nursery, "true", word).startswith("cannot start 'true': ")
    assert refusal(nursery, word).startswith(f"cannot start {word!r}: ")
    assert refusal(nursery, "true", cwd=word).startswith("cannot start 'true': ")


def test_an_argument_list_that_is_too_long_is_refused_and_leaves_nothing(nursery: Nursery) -> None:
    assert refusal(nursery, "true", "x" * 200_000) == "cannot start 'true': Argument list too long"


NO_DESCRIPTORS_LEFT = """
import os, resource
from sexton.model.errors import SpawnError
from sexton.model.process import Process
from sexton.spawn.spawner import Spawner
spawner = Spawner()
env = {"PATH": "/usr/bin:/bin"}
before = sorted(os.listdir("/proc/self/fd"))
for free in range(4):  # two for the output, two for the complaint: with less than four there can be no start
    filled = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    while len(filled) + len(before) - 1 + free < 64:
        filled.append(os.open("/dev/null", os.O_RDONLY))
    try:
        spawner.spawn(Process(("true",)), env)
    except SpawnError as error:
        print(free, error)
    for fd in filled:
        os.close(fd)
    assert sorted(os.listdir("/proc/self/fd")) == before
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        continue
    raise AssertionError("a process was left over")
child = spawner.spawn(Process(("true",)), env)
os.waitpid(child.pid, 0)
"""


def test_a_start_without_free_descriptors_is_refused_and_leaves_nothing() -> None:
    said = subprocess.run([sys.executable, "-c", NO_DESCRIPTORS_LEFT], capture_output=True, text=True, check=False)
    assert said.stderr == ""
    assert said.stdout.splitlines() == [f"{free} cannot start 'true': Too many open files" for free in range(4)]
