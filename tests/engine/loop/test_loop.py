"""What every loop promises (ports.Loop): one suite for the reactor and for the fake that stands in for it."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Protocol

import pytest

from sexton.engine.loop.reactor import Reactor
from sexton.model.units import HOUR, MILLISECOND
from sexton.ports import Loop
from tests.fakes import FakeLoop

TICK = 2 * MILLISECOND


class Turning(Loop, Protocol):
    def turn(self) -> None: ...

    def at_turn_end(self, call: Callable[[], None]) -> None: ...


class Driven:
    """A loop and what it called; `until` turns it until so much was called, or a guard says that it never will."""

    def __init__(self, loop: Turning) -> None:
        self.loop = loop
        self.log: list[str] = []

    def note(self, what: str) -> Callable[[], None]:
        return lambda: self.log.append(what)

    def until(self, calls: int) -> list[str]:
        guard: list[bool] = []
        self.loop.after(10_000 * TICK, lambda: guard.append(True))
        while len(self.log) < calls:
            assert not guard, f"only {self.log} were called"
            if isinstance(self.loop, FakeLoop):
                self.loop.advance(TICK)
            else:
                self.loop.turn()
        return self.log


@pytest.fixture(params=["reactor", "fake"])
def driven(request: pytest.FixtureRequest) -> Iterator[Driven]:
    if request.param == "fake":
        yield Driven(FakeLoop())
        return
    defects: list[BaseException] = []
    reactor = Reactor(defects.append)
    yield Driven(reactor)
    reactor.close()
    assert defects == []


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for fd in (reader, writer):
        os.close(fd)


def test_deadlines_of_one_clock_run_in_order_of_time_then_of_adding(driven: Driven) -> None:
    loop, note = driven.loop, driven.note
    loop.after(3 * TICK, note("third"))
    loop.after(TICK, note("first"))
    base = loop.clock.now().elapsed
    for number in range(3):
        loop.at_elapsed(base + 2 * TICK, note(f"second {number}"))
    assert driven.until(5) == ["first", "second 0", "second 1", "second 2", "third"]


def test_deadlines_of_both_clocks_run_when_each_is_due(driven: Driven) -> None:
    loop, now = driven.loop, driven.loop.clock.now()
    loop.at(now.wall + 30 * TICK, driven.note("wall, late"))
    loop.at_elapsed(now.elapsed + 20 * TICK, driven.note("elapsed, middle"))
    loop.at(now.wall + 10 * TICK, driven.note("wall, early"))
    assert driven.until(3) == ["wall, early", "elapsed, middle", "wall, late"]


def test_no_deadline_runs_before_its_time(driven: Driven) -> None:
    loop, now = driven.loop, driven.loop.clock.now()
    early: list[int] = []

    def check(due: int, reading: Callable[[], int]) -> Callable[[], None]:
        def called() -> None:
            driven.log.append("called")
            early.extend([due] if reading() < due else [])

        return called

    for step in range(1, 8):
        wall, elapsed = now.wall + step * TICK // 3, now.elapsed + step * TICK // 3
        loop.at(wall, check(wall, lambda: loop.clock.now().wall))
        loop.at_elapsed(elapsed, check(elapsed, lambda: loop.clock.now().elapsed))
    driven.until(14)
    assert early == []


@pytest.mark.parametrize("past", [-HOUR, -1, 0])
def test_a_deadline_that_is_past_runs_in_the_next_turn(driven: Driven, past: int) -> None:
    now = driven.loop.clock.now()
    driven.loop.at(now.wall + past, driven.note("wall"))
    driven.loop.at_elapsed(now.elapsed + past, driven.note("elapsed"))
    driven.loop.turn()
    assert driven.log == ["wall", "elapsed"]


def test_a_cancelled_deadline_never_runs(driven: Driven) -> None:
    loop = driven.loop
    cancelled = [loop.after(TICK, driven.note("no")), loop.at(loop.clock.now().wall + TICK, driven.note("no"))]
    loop.after(3 * TICK, driven.note("after"))
    for timer in cancelled * 2:
        timer.cancel()
    assert driven.until(1) == ["after"]


def test_posts_run_in_order_and_what_they_post_runs_a_turn_later(driven: Driven) -> None:
    loop = driven.loop

    def first() -> None:
        driven.log.append("first")
        loop.post(driven.note("posted by first"))

    loop.post(first)
    loop.post(driven.note("second"))
    loop.turn()
    assert driven.log == ["first", "second"]
    loop.turn()
    assert driven.log == ["first", "second", "posted by first"]


def test_a_turn_ends_with_its_hooks_after_everything_else(driven: Driven, pipe: tuple[int, int]) -> None:
    loop = driven.loop
    loop.at_turn_end(driven.note("hook"))
    loop.watch(pipe[0], driven.note("ready"))
    loop.after(0, driven.note("due"))
    loop.post(driven.note("posted"))
    os.write(pipe[1], b"x")
    loop.turn()
    assert driven.log == ["ready", "due", "posted", "hook"]


def test_a_reader_is_called_in_each_turn_until_it_has_read(driven: Driven, pipe: tuple[int, int]) -> None:
    driven.loop.watch(pipe[0], driven.note("ready"))
    os.write(pipe[1], b"x")
    driven.loop.turn()
    driven.loop.turn()
    assert driven.log == ["ready", "ready"]
    os.read(pipe[0], 1)
    driven.loop.post(driven.note("posted"))
    driven.loop.turn()
    assert driven.log == ["ready", "ready", "posted"]


def test_a_reader_is_called_when_the_other_end_closes(driven: Driven) -> None:
    reader, writer = os.pipe()
    driven.loop.watch(reader, driven.note("ready"))
    os.close(writer)
    driven.loop.turn()
    assert driven.log == ["ready"]
    driven.loop.unwatch(reader)
    os.close(reader)


def test_a_writer_is_called_when_there_is_room(driven: Driven, pipe: tuple[int, int]) -> None:
    loop, (reader, writer) = driven.loop, pipe
    os.set_blocking(writer, False)
    filled = os.write(writer, bytes(1 << 20))
    loop.watch(writer, driven.note("room"), write=True)
    loop.post(driven.note("posted"))
    loop.turn()
    os.read(reader, filled)
    loop.turn()
    assert driven.log == ["posted", "room"]


def test_a_second_watch_replaces_the_first(driven: Driven, pipe: tuple[int, int]) -> None:
    driven.loop.watch(pipe[0], driven.note("first"))
    driven.loop.watch(pipe[0], driven.note("second"))
    os.write(pipe[1], b"x")
    driven.loop.turn()
    assert driven.log == ["second"]


def test_unwatching_what_is_not_watched_is_ignored(driven: Driven, pipe: tuple[int, int]) -> None:
    driven.loop.unwatch(pipe[0])
    driven.loop.unwatch(-1)
    driven.loop.unwatch(10**6)


def test_a_descriptor_that_another_callback_closed_in_the_same_turn_is_not_called(driven: Driven) -> None:
    pipes = [os.pipe() for _ in range(2)]
    readers = [reader for reader, _ in pipes]

    def close_the_other(own: int, other: int) -> Callable[[], None]:
        def called() -> None:
            driven.log.append("called")
            driven.loop.unwatch(other)
            os.close(other)
            os.read(own, 1)

        return called

    for own, other in (readers, readers[::-1]):
        driven.loop.watch(own, close_the_other(own, other))
    for _, writer in pipes:
        os.write(writer, b"x")
        os.close(writer)
    driven.loop.turn()
    assert driven.log == ["called"]
    for reader in readers:
        with suppress(OSError):  # of the two, one is closed
            os.close(reader)


def test_a_descriptor_number_that_was_used_again_in_the_same_turn_is_not_called_for_its_former_owner(
    driven: Driven,
) -> None:
    """A pidfd whose number was a pipe's a moment ago must not be taken for readable: its process lives."""
    pipes = [os.pipe() for _ in range(2)]
    readers = [reader for reader, _ in pipes]

    def replace_the_other(other: int) -> Callable[[], None]:
        def called() -> None:
            driven.log.append("called")
            driven.loop.unwatch(other)
            os.dup2(quiet, other)
            driven.loop.watch(other, driven.note("spurious"))

        return called

    quiet, silent = os.pipe()
    for own, other in (readers, readers[::-1]):
        driven.loop.watch(own, replace_the_other(other))
    for _, writer in pipes:
        os.write(writer, b"x")
    driven.loop.turn()
    for fd in (quiet, silent, *(fd for pair in pipes for fd in pair)):
        driven.loop.unwatch(fd)
        os.close(fd)
    assert driven.log == ["called"]
