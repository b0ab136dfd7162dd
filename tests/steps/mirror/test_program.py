"""A program that is run to its end: what is heard of it, what it inherits, and that it ends."""

import os
import signal
from collections.abc import Iterator

import pytest

from sexton.steps.mirror.program import Ended, keep_descriptors, run

ENV = dict(os.environ)


def sh(script: str, within: float = 30.0) -> Ended:
    return run(("sh", "-c", script), ENV, within)


def test_both_outputs_are_heard_apart_with_the_exit_code() -> None:
    assert sh("echo this; echo that >&2; exit 3") == Ended(3, b"this\n", b"that\n")


def test_a_signal_that_ended_it_is_told() -> None:
    assert sh("kill -USR1 $$").code == -signal.SIGUSR1


def test_more_than_a_pipe_holds_is_heard_whole() -> None:
    assert len(sh("head -c 1000000 /dev/zero; head -c 500000 /dev/zero >&2").out) == 1_000_000


def test_the_first_of_what_never_stops_is_kept() -> None:
    ended = sh("yes | head -c 40000000")
    assert (ended.code, len(ended.out)) == (0, 16_000_000)


def test_its_standard_input_is_empty() -> None:
    assert run(("cat",), ENV, 30.0) == Ended(0, b"", b"")


def test_it_sees_the_environment_that_it_is_given() -> None:
    assert run(("sh", "-c", "echo $OWN"), {"OWN": "word"}, 30.0).out == b"word\n"


def test_what_is_not_there_cannot_be_started() -> None:
    before = os.listdir("/proc/self/fd")
    with pytest.raises(FileNotFoundError):
        run(("no-such-program",), ENV, 30.0)
    assert os.listdir("/proc/self/fd") == before


def test_no_descriptor_stays_open_when_it_has_ended() -> None:
    before = os.listdir("/proc/self/fd")
    sh("exit 1")
    assert os.listdir("/proc/self/fd") == before


def test_it_is_ended_by_a_pipe_that_nobody_reads() -> None:
    """Python ignores SIGPIPE, and who inherits that is not."""
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN
    ignored = int(sh("grep SigIgn /proc/self/status").out.split()[1], 16)
    assert not ignored & 1 << signal.SIGPIPE - 1


def test_it_inherits_no_descriptor_that_somebody_gave_us() -> None:
    given = os.open(os.devnull, os.O_RDONLY)
    os.set_inheritable(given, True)
    try:
        keep_descriptors()
        out = sh("ls /proc/$$/fd").out.split()
    finally:
        os.close(given)
    assert str(given).encode() not in out


def test_one_that_takes_too_long_gets_time_to_tidy_up(heard: tuple[int, str]) -> None:
    reader, path = heard
    with pytest.raises(TimeoutError):
        sh(f"trap 'echo tidied >{path}; kill $!; exit' TERM; sleep 60 & wait", 1.5)
    assert os.read(reader, 100) == b"tidied\n"


def test_one_that_does_not_listen_is_killed(heard: tuple[int, str]) -> None:
    reader, path = heard
    with pytest.raises(TimeoutError):
        sh(f"trap '' TERM; echo $$ >{path}; exec sleep 60", 1.5)
    with pytest.raises(ProcessLookupError):
        os.kill(int(os.read(reader, 100)), 0)


@pytest.fixture
def heard() -> Iterator[tuple[int, str]]:
    """The end of a pipe, and where a child finds the other one."""
    reader, writer = os.pipe()
    try:
        yield reader, f"/proc/{os.getpid()}/fd/{writer}"
    finally:
        os.close(reader)
        os.close(writer)
