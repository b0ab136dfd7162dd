"""The logs as the engine sees them: opening, recovering, and retention beside running jobs."""

import gzip
import os
import threading
from collections.abc import Container
from pathlib import Path

import pytest

from sexton.logs import files
from sexton.logs.files import LogFile
from sexton.logs.keeper import LogKeeper
from sexton.logs.pump import RunLog
from sexton.logs.relay import Journal, Relay
from sexton.model.log import Relay as Mode
from sexton.model.plan import Keep
from sexton.model.units import DAY
from tests.fakes import WALL, FakeLoop
from tests.logs.test_relay import Written


class Kept:
    """A keeper on a folder, what it said, and the writing ends of the pipes it pumps."""

    def __init__(self, loop: FakeLoop, folder: Path, mode: Mode = Mode.PREFIX) -> None:
        self.loop = loop
        self.folder = folder
        self.stdout, self.stderr = Written(), Written()
        relay, journal = Relay(self.stdout, loop.clock, mode, 8), Journal(self.stderr, loop.clock, "text", 8)
        self.keeper = LogKeeper(loop, str(folder), relay, journal)

    def run(self, name: str, said: bytes, job: str = "mail") -> RunLog:
        """The log of a run that said something and ended; it is not released."""
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        log = self.keeper.open(job, name, reader)
        os.write(writer, said)
        log.finish()
        os.close(writer)
        self.loop.turn()
        return log

    def prune(self, keep: Keep) -> tuple[int, int]:
        """What the keeper says it removed: files and bytes."""
        told: list[tuple[int, int]] = []
        self.keeper.prune(keep, lambda count, size: told.append((count, size)))
        for thread in threading.enumerate():
            if thread.name == "sexton-prune":
                thread.join()
        assert told == []  # not from the thread
        self.loop.settle()
        (only,) = told
        return only

    def age(self, path: str, days: int) -> None:
        written = (WALL - days * DAY) * 1000
        os.utime(path, ns=(written, written))


@pytest.fixture
def kept(loop: FakeLoop, tmp_path: Path) -> Kept:
    return Kept(loop, tmp_path)


def test_output_goes_to_the_runs_file_and_a_copy_to_our_output(kept: Kept) -> None:
    log = kept.run("run-7", b"hello\n")
    assert log.path == f"{kept.folder}/jobs/mail/run-7.log"
    assert Path(log.path).read_bytes() == b"hello\n"
    assert kept.stdout.said == b"mail     | hello\n"
    assert kept.stderr.said == b""


def test_only_the_file_gets_the_output_when_nothing_is_relayed(loop: FakeLoop, tmp_path: Path) -> None:
    kept = Kept(loop, tmp_path, Mode.OFF)
    assert Path(kept.run("run-7", b"hello\n").path).read_bytes() == b"hello\n"
    assert kept.stdout.said == b""


def test_an_earlier_log_is_kept_and_the_loss_is_said_and_counted(kept: Kept) -> None:
    first = kept.run("run-7", b"first\n")
    second = kept.run("run-7", b"second\n")
    assert Path(first.path).read_bytes() == b"first\n"
    assert (second.size, second.lost, second.tail()) == (0, 7, "second")
    assert b"error: cannot open the log of mail" in kept.stderr.said
    assert b"File exists; its output is lost" in kept.stderr.said


def test_the_log_of_an_earlier_sexton_is_recovered_with_its_tail(kept: Kept) -> None:
    path = kept.run("run-7", b"one\ntwo\n").path
    assert kept.keeper.recover("mail", "run-7") == (path, 8, "one\ntwo")


def test_what_was_rotated_is_counted_when_a_log_is_recovered(kept: Kept) -> None:
    path = kept.run("run-7", b"one\ntwo\n").path
    Path(f"{path}.1").write_text("before\n")
    os.mkfifo(f"{path}.2")
    Path(f"{path}.3.gz").write_bytes(gzip.compress(b"x" * 1000))
    Path(f"{path}.5").write_text("of no one\n")
    assert kept.keeper.recover("mail", "run-7") == (path, 8 + 7 + 1000, "one\ntwo")


def test_nothing_is_recovered_where_there_is_no_regular_file(kept: Kept) -> None:
    folder = kept.folder / "jobs" / "mail"
    folder.mkdir(parents=True)
    (kept.folder / "secret").write_text("secret")
    (folder / "link.log").symlink_to(kept.folder / "secret")
    os.mkfifo(folder / "pipe.log")
    assert [kept.keeper.recover("mail", name) for name in ("link", "pipe", "none")] == [None, None, None]


def test_old_logs_go_and_young_ones_stay(kept: Kept) -> None:
    for name, days in (("old", 31), ("young", 29)):
        log = kept.run(name, b"12345\n")
        kept.age(log.path, days)
        kept.keeper.release(log.path)
    assert kept.prune(Keep()) == (1, 6)
    assert os.listdir(kept.folder / "jobs" / "mail") == ["young.log"]


def test_the_oldest_go_first_when_all_together_are_too_large(kept: Kept) -> None:
    for days in (3, 1, 2):
        log = kept.run(f"run-{days}", bytes(100))
        kept.age(log.path, days)
        kept.keeper.release(log.path)
    assert kept.prune(Keep(size=150)) == (2, 200)
    assert os.listdir(kept.folder / "jobs" / "mail") == ["run-1.log"]


def test_a_log_in_use_stays_however_old_until_it_is_released(kept: Kept) -> None:
    log = kept.run("run-7", b"12345\n")
    kept.age(log.path, 400)
    assert kept.prune(Keep(size=0)) == (0, 0)
    kept.keeper.release(log.path)
    assert kept.prune(Keep(size=0)) == (1, 6)


def test_a_log_that_is_opened_while_old_ones_are_sought_stays(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    seek = files.ended_logs

    def meanwhile(log_dir: str, in_use: Container[str]) -> list[LogFile]:
        kept.run("new", b"12345\n")
        return seek(log_dir, in_use)

    monkeypatch.setattr(files, "ended_logs", meanwhile)
    assert kept.prune(Keep(size=0)) == (0, 0)
    assert os.listdir(kept.folder / "jobs" / "mail") == ["new.log"]


def test_what_is_not_a_regular_file_survives_any_retention(kept: Kept) -> None:
    folder = kept.folder / "jobs" / "mail"
    folder.mkdir(parents=True)
    (kept.folder / "precious.log").write_text("precious")
    (folder / "link.log").symlink_to(kept.folder / "precious.log")
    os.mkfifo(folder / "pipe.log")
    (folder / "folder.log").mkdir()
    assert kept.prune(Keep(logs=0, size=0)) == (0, 0)
    assert sorted(os.listdir(folder)) == ["folder.log", "link.log", "pipe.log"]
    assert (kept.folder / "precious.log").read_text() == "precious"
