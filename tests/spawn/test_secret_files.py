"""Files that hold secrets: in memory, their process's own, and never left behind."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sexton.model.errors import SpawnError
from sexton.model.process import User
from sexton.spawn.secret_files import SecretFiles, in_memory

SHM = "/dev/shm"


@pytest.fixture
def place() -> Iterator[str]:
    """A folder of our own in memory."""
    folder = f"{SHM}/test-{os.urandom(8).hex()}"
    os.mkdir(folder)
    yield folder
    os.rmdir(folder)


def test_a_file_is_its_owner_s_alone_in_a_folder_that_nobody_else_lists(place: str) -> None:
    with closing(SecretFiles([place])) as files:
        path = files.write("pw", b"value\n", None)
        status = os.stat(path)
        assert (stat.S_IMODE(status.st_mode), status.st_uid) == (0o600, os.geteuid())
        assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o711
        assert Path(path).read_bytes() == b"value\n"
        files.remove(path)
        files.remove(path)
        assert not os.path.exists(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_belongs_to_the_user_of_its_process(place: str) -> None:
    with closing(SecretFiles([place])) as files:
        status = os.stat(files.write("pw", b"value", User("nobody", 65534, 65534, ())))
        assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (65534, 65534, 0o600)


def test_closing_removes_all_that_was_written(place: str) -> None:
    with closing(SecretFiles([place])) as files:
        files.write("a", b"value", None)
        files.write("a", b"value", None)
    assert os.listdir(place) == []


def test_what_a_dead_sexton_left_is_swept_and_what_a_living_one_has_is_not(place: str) -> None:
    living, dead = SecretFiles([place]), SecretFiles([place])
    kept, left = living.write("a", b"value", None), dead.write("a", b"value", None)
    os.close(dead._lock)  # as when it was killed
    with closing(living), closing(SecretFiles([place])) as third:
        third.prepare()
        assert os.path.exists(kept)
        assert not os.path.exists(os.path.dirname(left))


def test_the_first_place_in_memory_is_taken(place: str, tmp_path: Path) -> None:
    places = ["/proc/self", str(tmp_path / "not-there"), place]
    with closing(SecretFiles(places)) as files:
        assert files.write("a", b"value", None).startswith(place)


def test_there_is_a_reason_when_no_place_is_in_memory() -> None:
    with pytest.raises(SpawnError, match="no place in memory for files of secrets; mount a tmpfs on /proc or /nowhere"):
        SecretFiles(["/proc", "/nowhere"]).prepare()


def test_what_is_in_memory_is_told_from_what_is_not() -> None:
    assert in_memory(SHM)
    assert not in_memory("/proc")
