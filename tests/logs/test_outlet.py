"""Our own standard output: never blocks, never grows, drops whole lines and counts them."""

import fcntl
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.engine.loop.reactor import Reactor
from sexton.logs.outlet import LIMIT, Outlet
from sexton.model.units import MILLISECOND, SECOND
from tests.fakes import FakeLoop

PIPE = 4096  # bytes that the pipe of these tests holds


class Piped:
    """An outlet on a small pipe, and the reader at its other end."""

    def __init__(self, limit: int) -> None:
        self.loop = FakeLoop()
        self.reader, self.writer = os.pipe()
        fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, PIPE)
        os.set_blocking(self.reader, False)
        self.outlet = Outlet(self.loop, self.writer, limit)

    def read(self, count: int = 1 << 24) -> bytes:
        """What there is to read now."""
        with suppress(BlockingIOError):
            return os.read(self.reader, count)
        return b""

    def read_all(self) -> bytes:
        """Everything that the outlet still has for us."""
        said = b""
        while data := self.read():
            said += data
            self.loop.turn()
        return said


@contextmanager
def piped(limit: int = LIMIT) -> Iterator[Piped]:
    made = Piped(limit)
    yield made
    for fd in (made.reader, made.writer, made.outlet._fd):
        with suppress(OSError):
            os.close(fd)


def test_what_fits_is_written_at_once_and_nothing_is_watched() -> None:
    with piped() as pipe:
        pipe.outlet.put(b"one\n")
        pipe.outlet.put(b"two\n")
        assert pipe.read() == b"one\ntwo\n"
        assert pipe.loop.watches == {}


def test_the_descriptor_we_were_given_still_blocks_for_those_who_share_it() -> None:
    with piped() as pipe:
        pipe.outlet.put(bytes(10 * PIPE))  # returns, although nobody reads
        assert os.get_blocking(pipe.writer)


def test_what_waited_follows_in_order_when_the_reader_goes_on() -> None:
    lines = [b"line %d\n" % number for number in range(5000)]
    with piped() as pipe:
        for line in lines:
            pipe.outlet.put(line)
        assert pipe.read_all() == b"".join(lines)
        assert pipe.outlet.dropped == 0
        assert pipe.loop.watches == {}
        pipe.outlet.put(b"at once\n")
        assert pipe.read() == b"at once\n"


def test_a_reader_that_does_not_read_costs_bounded_memory_and_every_byte_is_counted() -> None:
    lines = [b"%08d" % number * 124 + b"\n" for number in range(5000)]
    with piped() as pipe:
        for line in lines:
            pipe.outlet.put(line)
        assert sum(map(len, pipe.outlet._queue)) <= LIMIT
        said = pipe.read_all()
        assert LIMIT // 2 < len(said) <= LIMIT + PIPE
        assert len(said) + pipe.outlet.dropped == sum(map(len, lines))
        assert said.splitlines(keepends=True) == lines[: len(said) // len(lines[0])]


def test_a_line_that_has_begun_is_finished_whatever_the_limit() -> None:
    with piped(limit=100) as pipe:
        pipe.outlet.put(b"x" * 3 * PIPE + b"\n")
        pipe.outlet.put(b"dropped\n")
        assert pipe.read_all() == b"x" * 3 * PIPE + b"\n"
        assert pipe.outlet.dropped == len(b"dropped\n")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(min_value=1, max_value=6000)),
        st.tuples(st.just("read"), st.integers(min_value=1, max_value=6000)),
    ),
    max_size=40,
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(STEPS)
def test_whole_lines_arrive_in_order_and_all_others_are_counted(steps: list[tuple[str, int]]) -> None:
    limit, put, said = 3000, list[bytes](), b""
    with piped(limit) as pipe:
        for number, (what, size) in enumerate(steps):
            if what == "put":
                put.append((b"%d " % number).ljust(size, b"x") + b"\n")
                pipe.outlet.put(put[-1])
            else:
                said += pipe.read(size)
                pipe.loop.turn()
            assert pipe.outlet._queued == sum(map(len, pipe.outlet._queue)) <= limit + 6010
        said += pipe.read_all()
        arrived = said.splitlines(keepends=True)
        waiting = iter(put)
        assert all(line in waiting for line in arrived)  # a subsequence of what was put
        assert len(said) + pipe.outlet.dropped == sum(map(len, put))


def test_everything_is_counted_once_the_reader_is_gone() -> None:
    with piped() as pipe:
        pipe.outlet.put(b"x" * PIPE)  # in the pipe, as far as we can know it arrived
        pipe.outlet.put(b"waits\n")
        pipe.outlet.put(b"waits too\n")
        os.close(pipe.reader)
        pipe.loop.turn()
        assert pipe.outlet.dropped == len(b"waits\nwaits too\n")
        assert pipe.loop.watches == {}
        pipe.outlet.put(b"later\n")
        assert pipe.outlet.dropped == len(b"waits\nwaits too\nlater\n")


def test_the_first_line_without_a_reader_is_counted_and_raises_nothing() -> None:
    with piped() as pipe:
        os.close(pipe.reader)
        pipe.outlet.put(b"nobody\n")
        pipe.outlet.drain(SECOND)
        assert pipe.outlet.dropped == len(b"nobody\n")


def test_everything_is_counted_when_the_descriptor_is_closed(loop: FakeLoop) -> None:
    fd = os.open(os.devnull, os.O_WRONLY)
    os.close(fd)
    outlet = Outlet(loop, fd)
    outlet.put(b"nowhere\n")
    outlet.drain(SECOND)
    assert (outlet.dropped, outlet.terminal) == (8, False)


def test_a_regular_file_is_written_where_its_descriptor_stands(loop: FakeLoop, tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_bytes(b"before\n")
    fd = os.open(path, os.O_WRONLY | os.O_APPEND)
    outlet = Outlet(loop, fd)
    outlet.put(b"x" * 2 * LIMIT)
    outlet.drain(SECOND)
    os.close(fd)
    assert path.read_bytes() == b"before\n" + b"x" * 2 * LIMIT
    assert (outlet.dropped, outlet.terminal) == (0, False)


def test_what_a_full_device_refuses_is_counted(loop: FakeLoop) -> None:
    fd = os.open("/dev/full", os.O_WRONLY)
    outlet = Outlet(loop, fd)
    outlet.put(b"one\n")
    outlet.put(b"two\n")
    assert outlet.dropped == 8
    os.close(fd)


def test_a_socket_is_written_too(loop: FakeLoop) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        outlet = Outlet(loop, ours.fileno())
        outlet.put(b"x" * LIMIT)
        said = b""
        while len(said) < LIMIT:
            said += theirs.recv(1 << 20)
            loop.turn()
        assert said == b"x" * LIMIT


def test_a_terminal_is_known_as_one(loop: FakeLoop) -> None:
    primary, secondary = os.openpty()
    outlet = Outlet(loop, secondary)
    assert outlet.terminal
    outlet.put(b"hello\n")
    assert os.read(primary, 100) == b"hello\r\n"
    for fd in (primary, secondary, outlet._fd):
        os.close(fd)


@contextmanager
def drained(limit: int = LIMIT) -> Iterator[tuple[Outlet, int]]:
    """An outlet on a real loop, with more put than its pipe holds."""
    reactor = Reactor(lambda defect: pytest.fail(str(defect)))
    reader, writer = os.pipe()
    outlet = Outlet(reactor, writer, limit)
    os.close(writer)
    outlet.put(b"x" * 500_000)
    yield outlet, reader
    if outlet._fd >= 0:
        os.close(outlet._fd)
    reactor.close()
    os.close(reader)


def test_draining_waits_until_a_slow_reader_has_everything() -> None:
    with drained() as (outlet, reader):
        said = bytearray()

        def read() -> None:
            while len(said) < 500_000:
                said.extend(os.read(reader, 1000))

        thread = threading.Thread(target=read)
        thread.start()
        outlet.drain(20 * SECOND)
        assert not outlet._queue
        thread.join()
        assert outlet.dropped == 0


def test_draining_gives_up_after_its_time_when_nobody_reads() -> None:
    with drained() as (outlet, _reader):
        before = outlet._loop.clock.now().elapsed
        outlet.drain(20 * MILLISECOND)
        assert 20 * MILLISECOND <= outlet._loop.clock.now().elapsed - before < 5 * SECOND
        assert outlet._queue
