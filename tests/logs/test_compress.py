"""Compression of rotations beside a log that goes on: whole or not at all."""

import gzip
import os
import threading
from pathlib import Path

import pytest

from sexton.logs import compress, files
from sexton.logs.compress import Compressor
from tests.fakes import FakeLoop


class Press:
    """A compressor on a folder, and what it complained of."""

    def __init__(self, loop: FakeLoop, folder: Path) -> None:
        self.loop = loop
        self.folder = folder
        self.said: list[str] = []
        self.compressor = Compressor(loop, self.said.append)

    def want(self, name: str, keep: int = 3) -> None:
        self.compressor.want(str(self.folder / name), keep)

    def join(self) -> None:
        """Until the thread at work has done its part; what it posted has not run yet."""
        for thread in threading.enumerate():
            if thread.name == "sexton-gzip":
                thread.join()

    def settle(self) -> None:
        for _ in range(10):
            self.join()
            self.loop.settle()


@pytest.fixture
def press(loop: FakeLoop, tmp_path: Path) -> Press:
    return Press(loop, tmp_path)


def test_every_plain_rotation_is_compressed_and_the_log_itself_is_not(press: Press) -> None:
    for name, text in (("x.log", b"now"), ("x.log.1", b"one" * 100_000), ("x.log.2", b"two"), ("y.log.1", b"y")):
        (press.folder / name).write_bytes(text)
    press.want("x.log")
    press.want("y.log")
    press.settle()
    assert sorted(os.listdir(press.folder)) == ["x.log", "x.log.1.gz", "x.log.2.gz", "y.log.1.gz"]
    assert gzip.decompress((press.folder / "x.log.1.gz").read_bytes()) == b"one" * 100_000
    assert press.said == []


def test_a_rotation_that_moved_up_meanwhile_is_compressed_under_its_new_name(press: Press) -> None:
    (press.folder / "x.log.1").write_text("first")
    press.want("x.log")
    press.join()
    (press.folder / "x.log.1").rename(press.folder / "x.log.2")
    (press.folder / "x.log.1").write_text("second")
    press.settle()
    contents = {file.name: gzip.decompress(file.read_bytes()) for file in press.folder.iterdir()}
    assert contents == {"x.log.1.gz": b"second", "x.log.2.gz": b"first"}


def test_nothing_is_left_when_the_rotation_went_meanwhile(press: Press) -> None:
    (press.folder / "x.log.1").write_text("first")
    press.want("x.log")
    press.join()
    (press.folder / "x.log.1").unlink()
    press.settle()
    assert os.listdir(press.folder) == []


def test_what_a_crash_left_is_done_again(press: Press) -> None:
    (press.folder / "x.log.1").write_text("whole")
    (press.folder / "x.log.1.gz").write_bytes(b"of before the crash")
    (press.folder / "x.log.gz.part").write_bytes(b"half")
    press.want("x.log")
    press.settle()
    assert os.listdir(press.folder) == ["x.log.1.gz"]
    assert gzip.decompress((press.folder / "x.log.1.gz").read_bytes()) == b"whole"


def test_the_rotation_stays_and_the_failure_is_said_when_it_cannot_be_compressed(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    (press.folder / "x.log.1").write_text("whole")
    monkeypatch.setattr(compress, "_write_all", full)
    press.want("x.log")
    press.settle()
    assert os.listdir(press.folder) == ["x.log.1"]
    assert press.said == [
        f"cannot compress the rotations of {press.folder}/x.log: No space left on device; they stay as they are"
    ]


def test_the_rotations_of_a_run_grow_old_with_its_log(tmp_path: Path) -> None:
    folder = tmp_path / "jobs" / "mail"
    folder.mkdir(parents=True)
    for name in ("7.log", "7.log.1", "7.log.2.gz", "8.log", "8.log.1", "notes.txt", "x.log.bak"):
        (folder / name).write_text(name)
    found = files.ended_logs(str(tmp_path), {str(folder / "8.log")})
    assert sorted(os.path.basename(file.path) for file in found) == ["7.log", "7.log.1", "7.log.2.gz"]
