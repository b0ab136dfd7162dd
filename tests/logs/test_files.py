"""Log files: made new or not at all, and only regular ones ever go."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.logs import files
from sexton.logs.files import LogFile
from sexton.model.plan import Keep


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A log folder whose `jobs/ingest` exists."""
    (tmp_path / "jobs" / "ingest").mkdir(parents=True)
    return tmp_path


def log(top: Path, name: str, size: int = 10, written: int = 0) -> Path:
    path = top / "jobs" / "ingest" / name
    path.write_bytes(bytes(size))
    os.utime(path, ns=(written * 1000, written * 1000))
    return path


def found(top: Path, *in_use: str) -> list[str]:
    return [os.path.basename(file.path) for file in files.ended_logs(str(top), in_use)]


@pytest.mark.usefixtures("usual_umask")
def test_a_new_file_appends_and_others_may_not_read_it(tmp_path: Path) -> None:
    path = files.job_log(str(tmp_path), "ingest", "20261122-080000-7")
    assert path == f"{tmp_path}/jobs/ingest/20261122-080000-7.log"
    fd = files.create(path)
    os.write(fd, b"one")
    os.pwrite(fd, b"two", 0)  # Linux appends all the same (open(2), BUGS of pwrite)
    os.close(fd)
    assert Path(path).read_bytes() == b"onetwo"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o750


@pytest.mark.usefixtures("usual_umask")
def test_who_may_read_a_log_may_look_into_its_folder(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "web.log")
    os.close(files.open_append(path, 0o644)[0])
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o644
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o755


def test_a_file_that_exists_is_never_overwritten(top: Path) -> None:
    path = log(top, "7.log", 10)
    with pytest.raises(FileExistsError):
        files.create(str(path))
    assert path.read_bytes() == bytes(10)


@pytest.mark.parametrize("target", ["precious", "missing"])
def test_a_symlink_is_refused_whether_or_not_its_target_exists(top: Path, target: str) -> None:
    (top / "precious").write_text("precious")
    link = top / "jobs" / "ingest" / "7.log"
    link.symlink_to(top / target)
    with pytest.raises(FileExistsError):
        files.create(str(link))
    with pytest.raises(OSError, match="symbolic links"):
        files.read_end(str(link), 100)
    assert (top / "precious").read_text() == "precious"
    assert not (top / "missing").exists()


def test_the_end_of_a_file_is_read_and_its_whole_size_told(top: Path) -> None:
    path = log(top, "7.log")
    path.write_bytes(b"0123456789")
    assert files.read_end(str(path), 4) == (10, b"6789")
    assert files.read_end(str(path), 100) == (10, b"0123456789")


def test_what_is_not_a_regular_file_is_not_read_and_a_pipe_holds_nobody_up(top: Path) -> None:
    pipe = top / "7.log"
    os.mkfifo(pipe)
    for path in (pipe, top, Path("/dev/zero")):
        with pytest.raises(OSError, match="not a regular file"):
            files.read_end(str(path), 100)
    with pytest.raises(FileNotFoundError):
        files.read_end(str(top / "none.log"), 100)


def test_ended_logs_come_oldest_first_without_those_in_use(top: Path) -> None:
    paths = [log(top, name, written=when) for name, when in (("b.log", 20), ("c.log", 30), ("a.log", 10))]
    assert found(top) == ["a.log", "b.log", "c.log"]
    assert found(top, str(paths[0])) == ["a.log", "c.log"]


def test_there_are_no_ended_logs_before_the_first_run(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    assert found(tmp_path / "missing") == []


def test_only_regular_files_named_log_are_ended_logs(top: Path) -> None:
    folder = top / "jobs" / "ingest"
    outside = top / "outside"
    outside.mkdir()
    (outside / "precious.log").write_text("precious")
    (folder / "link.log").symlink_to(outside / "precious.log")
    (top / "jobs" / "linked").symlink_to(outside)
    os.mkfifo(folder / "pipe.log")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(folder / "door.log"))
    (folder / "folder.log").mkdir()
    (folder / "data.csv").write_text("not ours")
    log(top, "real.log")
    assert found(top) == ["real.log"]


class RemovedMeanwhile(frozenset[str]):
    """Removes `victim` while the folder is being looked through."""

    victim: Path

    def __contains__(self, path: object) -> bool:
        self.victim.unlink(missing_ok=True)
        return False


def test_a_file_that_goes_while_the_folder_is_looked_through_is_left_out(top: Path) -> None:
    log(top, "a.log")
    log(top, "b.log")
    first, second = [entry.name for entry in os.scandir(top / "jobs" / "ingest")]
    meanwhile = RemovedMeanwhile()
    meanwhile.victim = top / "jobs" / "ingest" / second
    assert [os.path.basename(file.path) for file in files.ended_logs(str(top), meanwhile)] == [first]


NOW = 1000
AGED = st.lists(
    st.builds(LogFile, st.just("x"), st.integers(min_value=0, max_value=50), st.integers(min_value=900, max_value=NOW)),
    max_size=12,
).map(lambda logs: sorted(logs, key=lambda file: file.written))
KEEP = st.builds(Keep, st.just(0), st.integers(min_value=0, max_value=120), st.integers(min_value=0, max_value=300))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(AGED, KEEP)
def test_what_goes_is_the_least_that_keeps_within_age_and_size(logs: list[LogFile], keep: Keep) -> None:
    gone = files.outdated(logs, keep, NOW)
    kept = logs[len(gone) :]
    assert gone == logs[: len(gone)]
    assert all(NOW - file.written <= keep.logs for file in kept)
    assert sum(file.size for file in kept) <= keep.size
    if gone:  # the newest of them could not have stayed
        needed = gone[-1]
        assert NOW - needed.written > keep.logs or sum(file.size for file in (needed, *kept)) > keep.size


def test_what_was_removed_is_told_and_what_cannot_be_removed_is_not(top: Path) -> None:
    path = log(top, "7.log", size=10)
    listed = [LogFile(str(path), 10, 0), LogFile(str(top / "missing.log"), 5, 0), LogFile(str(top / "jobs"), 5, 0)]
    assert files.remove(listed) == (1, 10)
    assert not path.exists()
    assert (top / "jobs").is_dir()
