"""The image of a process: replaced by itself, with what is left to it in a sealed file in memory."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sexton.model.errors import HandOverError
from sexton.model.image import VARIABLE
from sexton.spawn import image

CHANGE = """
import os, sys
from sexton.model.image import VARIABLE
from sexton.spawn import image
if VARIABLE in os.environ:
    kept, closed = map(int, sys.argv[1:])
    image.inherit([kept], False)
    left = image.take(int(os.environ[VARIABLE])).decode()
    open_ones = sorted(map(int, os.listdir("/proc/self/fd")))[:-1]
    print(os.getpid(), left, os.read(kept, 9).decode(), kept in open_ones, closed in open_ones)
else:
    kept, writer = os.pipe()
    closed = os.open("/dev/null", os.O_RDONLY)
    os.write(writer, b"in a pipe")
    print(os.getpid(), flush=True)
    sys.orig_argv += [str(kept), str(closed)]
    image.become(b"words " * 100_000, [kept], os.environ)
"""


def test_the_same_process_goes_on_with_what_was_left_and_the_descriptors_that_were_kept(tmp_path: Path) -> None:
    script = tmp_path / "change.py"
    script.write_text(CHANGE)
    done = subprocess.run((sys.executable, str(script)), capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert second == f"{first} {'words ' * 100_000} in a pipe True False"


def test_a_failed_exec_leaves_no_descriptor_open_to_children_and_none_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    reader, writer = os.pipe()
    before = os.listdir("/proc/self/fd")
    with pytest.raises(HandOverError, match=r"cannot become /nowhere/python: No such file or directory"):
        image.become(b"", [reader], {})
    assert os.listdir("/proc/self/fd") == before
    assert not os.get_inheritable(reader)
    os.close(reader)
    os.close(writer)


def test_a_file_that_somebody_could_still_change_is_not_taken() -> None:
    fd = os.memfd_create("open", os.MFD_ALLOW_SEALING)
    with pytest.raises(HandOverError, match="it is not sealed"):
        image.take(fd)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW)
    with pytest.raises(HandOverError, match="it is not sealed"):
        image.take(fd)
    os.close(fd)


def test_what_is_no_such_file_is_not_taken() -> None:
    with open("/dev/null") as file, pytest.raises(HandOverError, match="cannot take up what was left"):
        image.take(file.fileno())


def test_the_variable_is_sextons_own() -> None:
    assert VARIABLE.startswith("SEXTON_")
