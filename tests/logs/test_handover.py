"""Logs from one image to the next: the same pipes and files, and nothing doubled, lost or cut."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.logs.keeper import LogKeeper
from sexton.logs.outlet import Outlet
from sexton.logs.relay import Journal, Relay
from sexton.model.log import Log
from sexton.model.log import Relay as Mode
from sexton.wire.redact import Redactor
from tests.fakes import FakeLoop


class Images:
    """One keeper after the other, over the same descriptors."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.loop = FakeLoop()
        self.out, self._writer = os.pipe2(os.O_NONBLOCK)
        self.keeper = self._next()

    def _next(self) -> LogKeeper:
        self._outlet = Outlet(self.loop, self._writer)
        relay = Relay(self._outlet, self.loop.clock, Mode.PREFIX, 6)
        journal = Journal(Outlet(self.loop, -1), self.loop.clock, "text", 6)
        keeper = LogKeeper(self.loop, str(self.home), relay, journal)
        keeper.hide(Redactor([b"canary-0815"]))
        return keeper

    def change(self, *known: object) -> list[object]:
        """The next image; the logs `known` to the engine as it gets them."""
        leaving = self.keeper.leaving()
        numbers = [leaving.number(log) for log in known]  # type: ignore[arg-type]
        left = self.keeper.leave_behind(leaving)
        self.loop = FakeLoop()
        os.close(self._outlet._fd)
        self.keeper = self._next()
        logs = self.keeper.take_up(left)
        return [logs[number] for number in numbers]

    def relayed(self) -> bytes:
        return os.read(self.out, 65536)

    def close(self) -> None:
        os.close(self._outlet._fd)
        os.close(self.out)
        os.close(self._writer)


@pytest.fixture
def images(tmp_path: Path) -> Iterator[Images]:
    images = Images(tmp_path)
    yield images
    images.close()


def pipe() -> tuple[int, int]:
    return os.pipe2(os.O_NONBLOCK)


def test_a_line_and_a_secret_that_were_begun_are_ended_by_the_next_image(images: Images) -> None:
    reader, writer = pipe()
    log = images.keeper.open("load", "1", reader)
    os.write(writer, b"one\nit is canary-")
    images.loop.advance(0)
    images.loop.advance(0)
    (log,) = images.change(log)  # type: ignore[assignment]
    os.write(writer, b"0815 indeed\n")
    os.close(writer)
    images.loop.advance(0)
    images.loop.advance(0)
    assert (images.home / "jobs/load/1.log").read_bytes() == b"one\nit is *** indeed\n"
    assert images.relayed() == b"load   | one\nload   | it is *** indeed\n"
    assert log.size == len("one\nit is *** indeed\n")
    assert log.tail() == "one\nit is *** indeed"


def test_two_that_share_a_file_go_on_sharing_it(images: Images) -> None:
    (first, one), (second, two) = pipe(), pipe()
    log = Log(max_size=20, keep=3)
    for reader in (first, second):
        images.keeper.open_service("web", log, reader)
    images.change()
    for writer in (one, two):
        os.write(writer, b"12 bytes......\n")
        os.close(writer)
        images.loop.advance(0)
        images.loop.advance(0)
    folder = images.home / "services"
    assert [(folder / name).read_bytes() for name in ("web.log.1", "web.log")] == [b"12 bytes......\n"] * 2


def test_standard_errors_own_file_stays_apart(images: Images) -> None:
    (out, one), (err, two) = pipe(), pipe()
    log = images.keeper.open("load", "1", out, Log(stderr=str(images.home / "err")), err)
    (log,) = images.change(log)  # type: ignore[assignment]
    os.write(one, b"out\n")
    os.write(two, b"err\n")
    log.finish()
    for writer in (one, two):
        os.close(writer)
        images.loop.advance(0)
    assert (images.home / "jobs/load/1.log").read_bytes() == b"out\n"
    assert (images.home / "err").read_bytes() == b"err\n"


def test_standard_error_that_is_merged_is_counted_on(images: Images) -> None:
    (out, one), (err, two) = pipe(), pipe()
    log = images.keeper.open("load", "1", out, None, err)
    os.write(two, b"bad\n")
    images.loop.advance(0)
    (log,) = images.change(log)  # type: ignore[assignment]
    os.write(two, b"news\n")
    os.write(one, b"good news\n")
    log.finish()
    (log,) = images.change(log)  # type: ignore[assignment]
    assert (log.errors, log.size) == (9, 19)
    for writer in (one, two):
        os.close(writer)
        images.loop.advance(0)
    lines = (images.home / "jobs/load/1.log").read_bytes().splitlines()
    assert sorted(lines) == [b"bad", b"good news", b"news"]


def test_a_pipe_that_outlives_its_run_is_pumped_on_and_one_that_has_ended_is_remembered(images: Images) -> None:
    (left, one), (gone, two) = pipe(), pipe()
    images.keeper.open("load", "1", left)
    ended = images.keeper.open("load", "2", gone)
    os.write(two, b"last words\n")
    os.close(two)
    images.loop.advance(0)
    images.loop.advance(0)
    (ended,) = images.change(ended)  # type: ignore[assignment]
    os.write(one, b"of a grandchild\n")
    os.close(one)
    images.loop.advance(0)
    images.loop.advance(0)
    assert (images.home / "jobs/load/1.log").read_bytes() == b"of a grandchild\n"
    assert (ended.path, ended.size, ended.tail()) == (str(images.home / "jobs/load/2.log"), 11, "last words")


def test_events_keep_their_numbers(images: Images) -> None:
    images.keeper.say("info", "first", event="one")
    before = images.keeper.heard.after(0)
    images.change()
    images.keeper.say("info", "second", event="two")
    assert images.keeper.heard.after(0)[:1] == before
    assert [event["id"] for event in images.keeper.heard.after(0)] == [1, 2]
