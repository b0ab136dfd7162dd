"""From the pipe to the file: every byte, or a count of what was lost."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.logs.appender import Appender
from sexton.logs.pump import BURST, CHUNK, LEAST_CHUNK, PIPE, TAIL_BYTES, TAIL_LINES, RunLog
from sexton.logs.relay import Relay, Stream
from sexton.model.log import Log
from sexton.model.log import Relay as Mode
from sexton.wire.redact import Redaction, Redactor
from tests.fakes import FakeLoop
from tests.logs.test_relay import Written


class Pumped:
    """A run's log on a file in memory, and the end of its pipe that processes write to."""

    def __init__(self, file: int | None, stream: Stream | None, redaction: Redaction | None) -> None:
        self.loop = FakeLoop()
        self.memory = os.memfd_create("log")
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        appender = Appender("run.log", os.dup(self.memory) if file is None else file, Log(), 0)
        self.log = RunLog(self.loop, appender, self.reader, stream, redaction)

    def say(self, data: bytes) -> None:
        assert os.write(self.writer, data) == len(data)

    def end(self) -> None:
        """The last holder of the pipe goes, and the loop notices."""
        os.close(self.writer)
        while self.reader in self.loop.watches:
            self.loop.turn()

    def written(self) -> bytes:
        return os.pread(self.memory, os.fstat(self.memory).st_size, 0)


@contextmanager
def pumped(
    file: int | None = None, stream: Stream | None = None, redaction: Redaction | None = None
) -> Iterator[Pumped]:
    made = Pumped(file, stream, redaction)
    yield made
    if made.reader in made.loop.watches:
        made.end()
    os.close(made.memory)


STEPS = st.lists(st.binary(max_size=300) | st.sampled_from(["turn", "finish"]), max_size=30)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(STEPS)
def test_every_byte_is_in_the_file_however_it_was_written_and_read(steps: list[bytes | str]) -> None:
    said = b""
    with pumped() as run:
        for step in steps:
            if isinstance(step, bytes):
                run.say(step)
                said += step
            elif step == "turn":
                run.loop.turn()
            else:
                run.log.finish()
                assert run.written() == said
        run.end()
        assert run.written() == said
        assert (run.log.size, run.log.lost) == (len(said), 0)


def relayed() -> Stream:
    made = Relay(Written(), FakeLoop().clock, Mode.JSON, 8).stream("mail", {})
    assert made is not None
    return made


def test_a_turn_moves_a_bounded_burst_when_nobody_looks_at_the_bytes() -> None:
    with pumped() as run:
        run.say(bytes((2 * BURST - 1) * CHUNK))
        run.loop.turn()
        assert run.log.size == BURST * CHUNK
        run.loop.turn()
        assert run.log.size == (2 * BURST - 1) * CHUNK


def test_the_pipe_is_made_large_when_nobody_looks_at_the_bytes() -> None:
    with pumped() as run:
        assert fcntl.fcntl(run.writer, fcntl.F_GETPIPE_SZ) == PIPE


def test_a_turn_moves_the_less_the_shorter_the_lines_are_that_it_relays() -> None:
    with pumped(stream=relayed()) as run:
        fcntl.fcntl(run.writer, fcntl.F_SETPIPE_SZ, 2 * CHUNK)
        for line in (b"x" * 999 + b"\n", b"\n", b"x" * 999 + b"\n"):
            for _ in range(8):
                run.say(line * (CHUNK // len(line)))
                before = run.log.size
                run.loop.turn()
                moved = run.log.size - before
                run.log.finish()
            if line == b"\n":
                assert moved == LEAST_CHUNK
            else:
                assert moved == CHUNK // len(line) * len(line)


def test_finishing_takes_everything_the_process_left_however_much_that_is() -> None:
    with pumped() as run:
        run.say(b"x" * (15 * CHUNK) + b"last words")
        run.log.finish()
        assert run.written().endswith(b"xlast words")
        assert run.log.size == 15 * CHUNK + len(b"last words")


def test_finishing_ends_even_while_another_process_writes_for_ever() -> None:
    with pumped() as run:
        run.say(b"what the run said itself\n")
        with subprocess.Popen(["yes", "noise"], stdout=run.writer) as grandchild:
            while run.log._waiting() < CHUNK // 2:
                os.sched_yield()
            run.log.finish()
            assert CHUNK // 2 <= run.log.size <= PIPE + 2 * CHUNK
            grandchild.kill()
        assert run.written().startswith(b"what the run said itself\nnoise\n")


def test_finishing_does_not_wait_when_nothing_is_left() -> None:
    with pumped() as run:
        run.log.finish()
        run.log.finish()
        assert run.log.size == 0
        run.end()
        run.log.finish()


def test_what_others_write_after_the_process_exited_still_follows() -> None:
    with pumped() as run:
        run.say(b"of the run\n")
        run.log.finish()
        run.say(b"of its grandchild\n")
        run.loop.turn()
        assert run.written() == b"of the run\nof its grandchild\n"


def test_file_and_pipe_are_closed_when_the_pipe_ends() -> None:
    with pumped() as run:
        run.end()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(run.reader)
        assert run.loop.watches == {}


def test_bytes_that_the_file_does_not_take_are_counted_and_the_pipe_stays_empty() -> None:
    with pumped(os.open("/dev/full", os.O_WRONLY)) as run:
        for _ in range(5):
            run.say(bytes(1000))
            run.loop.turn()
        assert (run.log.size, run.log.lost) == (0, 5000)
        assert run.log._waiting() == 0


def test_everything_is_counted_as_lost_when_there_is_no_file() -> None:
    with pumped(-1) as run:
        run.say(b"into the void\n")
        run.log.finish()
        assert (run.log.size, run.log.lost) == (0, 14)
        assert run.log.tail() == "into the void"


FULL = """
import os, resource, sys
from sexton.logs.appender import Appender
from sexton.logs.pump import RunLog
from sexton.model.log import Log
from tests.fakes import FakeLoop
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
reader, writer = os.pipe()
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
log = RunLog(FakeLoop(), Appender(sys.argv[1], file, Log()), reader)
for size in (700, 700, 700):
    os.write(writer, b"x" * size)
    log.finish()
print(log.size, log.lost)
"""


def test_what_fits_is_kept_and_the_rest_counted_when_the_file_may_not_grow(tmp_path: "os.PathLike[str]") -> None:
    path = os.path.join(tmp_path, "run.log")
    said = subprocess.run([sys.executable, "-c", FULL, path], capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("1000 1100\n", "")
    assert os.path.getsize(path) == 1000


def test_a_secret_is_in_neither_file_nor_tail_nor_relay_when_two_turns_bring_it() -> None:
    out = Written()
    stream = Relay(out, FakeLoop().clock, Mode.RAW, 8).stream("mail", {})
    with pumped(stream=stream, redaction=Redactor([b"hunter22"]).stream()) as run:
        for piece in (b"password hunt", b"er22 taken\nand hunt"):
            run.say(piece)
            run.loop.turn()
        run.log.finish()
        assert run.written() == b"password *** taken\nand hunt"
        assert run.log.tail() == "password *** taken\nand hunt"
        assert out.said == b"password *** taken\nand hunt\n"


def test_the_tail_has_the_last_lines_and_no_more_than_the_last_bytes() -> None:
    with pumped() as run:
        run.say(b"".join(b"line %d\n\n" % number for number in range(100)))
        run.log.finish()
        lines = run.log.tail().splitlines()
        assert (len(lines), lines[0], lines[-1]) == (TAIL_LINES, "line 80", "line 99")
        run.say(b"\xff" + b"x" * 2 * TAIL_BYTES)
        run.log.finish()
        assert run.log.tail() == "x" * TAIL_BYTES


def test_listeners_hear_of_each_growth_until_they_unsubscribe() -> None:
    heard: list[str] = []
    with pumped() as run:

        def once() -> None:
            heard.append(f"once, {run.log.size}")
            leave()
            leave()

        leave = run.log.on_growth(once)
        run.log.on_growth(lambda: heard.append(f"each, {run.log.size}"))
        for _ in range(2):
            run.say(b"more\n")
            run.loop.turn()
        run.end()
    assert heard == ["once, 5", "each, 5", "each, 10"]
