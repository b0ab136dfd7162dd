"""A log that is read while it is rotated: one text, whatever is renamed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.api.resources.logfile import LogFile
from sexton.api.resources.tail import TailSearch
from sexton.model.errors import Refused


class Rotated:
    """A log as a service writes it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "web.log"
        self.path.write_text("")

    def say(self, text: str) -> None:
        with open(self.path, "a") as file:
            file.write(text)

    def rotate(self) -> None:
        for number in range(9, 0, -1):
            if self._rotation(number).exists():
                self._rotation(number).rename(self._rotation(number + 1))
        self.path.rename(self._rotation(1))
        self.path.write_text("")

    def _rotation(self, number: int) -> Path:
        return self.path.with_name(f"web.log.{number}")

    def spread(self, *texts: str) -> None:
        """Texts that are each a file of the log."""
        for text in texts[:-1]:
            self.say(text)
            self.rotate()
        self.say(texts[-1])


@pytest.fixture
def rotated(tmp_path: Path) -> Iterator[Rotated]:
    before = os.listdir("/proc/self/fd")
    yield Rotated(tmp_path)
    assert os.listdir("/proc/self/fd") == before


@pytest.fixture
def log(rotated: Rotated) -> Iterator[LogFile]:
    rotated.spread("one\n", "two\n", "three\n")
    opened = LogFile(str(rotated.path))
    yield opened
    opened.close()


def test_rotations_and_the_file_in_use_are_one_text(log: LogFile) -> None:
    text = b"one\ntwo\nthree\n"
    assert log.size == len(text)
    for start in range(len(text) + 1):
        for size in range(len(text) + 2):
            assert log.read(start, size) == text[start : start + size]


def test_the_last_lines_are_found_across_files(log: LogFile) -> None:
    search = TailSearch(log.read, log.size, 2, block=6)
    while search.start is None:
        search.step()
    assert log.read(search.start, 100) == b"two\nthree\n"


def test_the_text_stays_where_it_is_when_it_is_rotated_while_it_is_read(rotated: Rotated, log: LogFile) -> None:
    rotated.rotate()
    rotated.say("four\n")
    assert log.read(0, 14) == b"one\ntwo\nthree\n"
    assert log.read(14, 100) == b"four\n"


def test_a_reader_at_the_end_goes_on_over_any_number_of_rotations(rotated: Rotated, log: LogFile) -> None:
    position = log.size
    assert log.read(position, 100) == b""
    rotated.say("more\n")
    for word in ("four\n", "five\n"):
        rotated.rotate()
        rotated.say(word)
    said = b""
    while data := log.read(position, 3):
        said += data
        position += len(data)
    assert said == b"more\nfour\nfive\n"
    assert log.read(position, 3) == b""
    rotated.say("six\n")
    assert log.read(position, 100) == b"six\n"


def test_a_follower_holds_few_files_however_often_the_log_is_rotated(rotated: Rotated, log: LogFile) -> None:
    position = log.size
    for _ in range(30):
        rotated.rotate()
        rotated.say("more\n")
        position += len(log.read(position, 100))
    mine = [link for link in map(_target, os.listdir("/proc/self/fd")) if link.startswith(str(rotated.path))]
    assert len(mine) <= 2
    assert position == log.length()


def _target(fd: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:  # the descriptor of the listing itself
        return ""


def test_nothing_new_is_there_while_the_file_in_use_is_missing(rotated: Rotated, log: LogFile) -> None:
    rotated.path.unlink()
    assert log.read(log.size, 100) == b""


def test_what_is_not_a_regular_file_is_passed_over_and_a_gap_ends_the_text(rotated: Rotated) -> None:
    rotated.spread("one\n", "two\n", "three\n")
    folder = rotated.path.parent
    (folder / "web.log.2").rename(folder / "web.log.3")
    os.mkfifo(folder / "web.log.2")
    (folder / "web.log.5").write_text("lost\n")
    log = LogFile(str(rotated.path))
    assert log.read(0, 100) == b"one\ntwo\nthree\n"
    log.close()
    log.close()


def test_a_place_is_found_again_after_rotations(rotated: Rotated, log: LogFile) -> None:
    places = [log.place(offset) for offset in range(log.size + 1)]
    rotated.rotate()
    rotated.say("four\n")
    again = LogFile(str(rotated.path))
    assert [again.find(place) for place in places] == list(range(log.size + 1))
    again.close()


def test_a_place_may_be_counted_on_from_over_the_end_of_its_file(log: LogFile) -> None:
    device, inode, offset = log.place(2).split("-")
    assert log.find(f"{device}-{inode}-{int(offset) + 5}") == 7


@pytest.mark.parametrize(
    ("place", "kind"), [("1-2-3", "conflict"), ("1-2", "invalid"), ("a-b-c", "invalid"), ("", "invalid")]
)
def test_a_place_that_is_nowhere_is_refused(log: LogFile, place: str, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        log.find(place)
    assert refused.value.kind == kind
