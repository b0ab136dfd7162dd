"""The reactor where it meets the kernel: other threads, signals, defects, and its sleep."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from sexton.engine.loop.linux import WallTimer
from sexton.engine.loop.reactor import Reactor
from sexton.model.units import SECOND

PATIENCE = 20 * SECOND  # only a test that fails waits so long


class Harness:
    """A reactor that a guard stops, so that a test fails rather than hangs."""

    def __init__(self) -> None:
        self.defects: list[BaseException] = []
        self.reactor = Reactor(self.defects.append)
        self.late = False
        self.reactor.after(PATIENCE, self._give_up)

    def _give_up(self) -> None:
        self.late = True

    def until(self, done: Callable[[], bool]) -> None:
        while not done():
            assert not self.late, "what the test waits for did not come"
            self.reactor.turn()


@pytest.fixture
def harness() -> Iterator[Harness]:
    descriptors = os.listdir("/proc/self/fd")
    dispositions = {number: signal.getsignal(number) for number in (signal.SIGCHLD, signal.SIGUSR1, signal.SIGUSR2)}
    harness = Harness()
    yield harness
    for number, disposition in dispositions.items():
        signal.signal(number, disposition)
    harness.reactor.close()
    assert signal.set_wakeup_fd(-1) == -1
    assert os.listdir("/proc/self/fd") == descriptors


def test_a_post_from_another_thread_wakes_the_sleeping_loop(harness: Harness) -> None:
    where: list[threading.Thread] = []
    for _ in range(20):
        before = len(where)
        poster = threading.Thread(target=lambda: harness.reactor.post(lambda: where.append(threading.current_thread())))
        poster.start()
        harness.until(lambda before=before: len(where) > before)  # type: ignore[misc]
        poster.join()
    assert set(where) == {threading.current_thread()}


def test_no_post_is_lost_and_each_threads_stay_in_order_when_many_threads_post(harness: Harness) -> None:
    posted: list[tuple[int, int]] = []

    def work(thread: int) -> None:
        for number in range(500):
            harness.reactor.post(lambda number=number: posted.append((thread, number)))  # type: ignore[misc]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    harness.until(lambda: len(posted) == 2000)
    for thread in threads:
        thread.join()
    for own in range(4):
        assert [number for thread, number in posted if thread == own] == list(range(500))


def test_a_defect_in_one_callback_is_reported_and_harms_no_other(harness: Harness) -> None:
    reactor, ran = harness.reactor, list[str]()

    def broken(what: str) -> Callable[[], None]:
        def call() -> None:
            raise RuntimeError(what)

        return call

    pipes = [os.pipe() for _ in range(2)]
    reactor.watch(pipes[0][0], broken("watch"))
    reactor.watch(pipes[1][0], lambda: ran.append("watch"))
    for add in (
        reactor.post,
        reactor.at_turn_end,
        lambda call: reactor.after(0, call),
        lambda call: reactor.at(1, call),
    ):
        add(broken("hang"))
        add(lambda: ran.append("other"))
    for _, writer in pipes:
        os.write(writer, b"x")
    reactor.turn()
    for fd in [fd for pair in pipes for fd in pair]:
        reactor.unwatch(fd)
        os.close(fd)
    assert sorted(ran) == ["other"] * 4 + ["watch"]
    assert sorted(map(str, harness.defects)) == ["hang"] * 4 + ["watch"]


def test_the_loop_turns_until_it_is_stopped_and_finishes_that_turn(harness: Harness) -> None:
    reactor, ran = harness.reactor, list[str]()
    reactor.at_turn_end(lambda: ran.append("end"))
    reactor.post(lambda: reactor.post(reactor.stop))
    reactor.post(lambda: ran.append("first turn"))
    reactor.run()
    assert ran == ["first turn", "end", "end"]


def test_a_signal_wakes_the_loop_and_is_told_on_its_thread(harness: Harness) -> None:
    told: list[threading.Thread] = []
    harness.reactor.on_signal(signal.SIGUSR1, lambda: told.append(threading.current_thread()))
    killer = threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGUSR1))
    killer.start()
    harness.until(lambda: bool(told))
    killer.join()
    assert told == [threading.current_thread()]


def test_each_kind_of_signal_is_told_when_several_come_together(harness: Harness) -> None:
    told: list[int] = []
    for number in (signal.SIGUSR2, signal.SIGUSR1):
        harness.reactor.on_signal(number, lambda number=number: told.append(number))  # type: ignore[misc]
    for number in (signal.SIGUSR2, signal.SIGUSR1, signal.SIGUSR2):
        os.kill(os.getpid(), number)
    harness.until(lambda: len(told) >= 2)
    assert told == [signal.SIGUSR1, signal.SIGUSR2]


def test_a_defect_in_the_answer_to_a_signal_harms_not_the_next_signal(harness: Harness) -> None:
    told: list[str] = []

    def answer() -> None:
        told.append("told")
        raise RuntimeError("broken")

    harness.reactor.on_signal(signal.SIGUSR1, answer)
    for number in (1, 2):
        os.kill(os.getpid(), signal.SIGUSR1)
        harness.until(lambda number=number: len(told) == number)  # type: ignore[misc]
    assert len(harness.defects) == 2


def test_no_child_is_forgotten_when_hundreds_end_at_once(harness: Harness) -> None:
    """SIGCHLDs coalesce and their wake-up pipe is finite: whoever reaps all at each call must still reap every one."""
    children: set[int] = set()

    def reap() -> None:
        while children and (ended := os.waitpid(-1, os.WNOHANG)[0]):
            children.remove(ended)

    harness.reactor.on_signal(signal.SIGCHLD, reap)
    reader, writer = os.pipe()
    for _ in range(300):
        children.add(os.posix_spawn("/bin/cat", ["cat"], {}, file_actions=at_the_end_of(reader, writer)))
    os.close(reader)
    os.close(writer)  # all of them reach the end of their input now
    harness.until(lambda: not children)


def at_the_end_of(reader: int, writer: int) -> list[tuple[int, ...]]:
    return [(os.POSIX_SPAWN_DUP2, reader, 0), (os.POSIX_SPAWN_CLOSE, reader), (os.POSIX_SPAWN_CLOSE, writer)]


def test_a_signal_is_told_even_when_the_pipe_that_wakes_the_loop_is_full(harness: Harness) -> None:
    told: list[int] = []
    harness.reactor.on_signal(signal.SIGUSR1, lambda: told.append(1))
    harness.reactor.on_signal(signal.SIGUSR2, lambda: told.append(2))
    for _ in range(70_000):  # a byte each; the pipe holds 65,536
        signal.raise_signal(signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR2)
    harness.until(lambda: 2 in told)
    assert told[:2] == [1, 2]


def test_a_step_of_the_wall_clock_is_told_before_the_deadlines_that_it_made_due(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's report is played: this machine's clock is nobody's to set."""
    reactor, ran = harness.reactor, list[str]()
    monkeypatch.setattr(WallTimer, "acknowledge", lambda self: os.read(self.fd, 8) != b"")
    reactor.on_clock_step(lambda: ran.append("stepped"))
    reactor.at(reactor.clock.now().wall, lambda: ran.append("due"))
    reactor.turn()
    assert ran == ["stepped", "due"]


SLEEPER = """
import os, sys
from sexton.engine.loop.reactor import Reactor
reactor = Reactor(lambda defect: os.abort())
turns = 0
def count():
    global turns
    turns += 1
def answer():
    if not os.read(0, 1):
        reactor.stop()
    os.write(1, b"%d\\n" % turns)
reactor.at_turn_end(count)
reactor.watch(0, answer)
reactor.on_signal(17, lambda: None)
reactor.after(3600 * 10**6, lambda: None)
reactor.at(reactor.clock.now().wall + 3600 * 10**6, lambda: None)
for _ in range(1000):
    reactor.after(10**5, lambda: None).cancel()
os.write(1, b"ready\\n")
reactor.run()
"""


def voluntary_switches(pid: int) -> int:
    """How often the process went to sleep."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt_switches"))


def asleep(pid: int) -> bool:
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "S"


def test_the_loop_does_not_wake_up_once_while_nothing_is_due() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        while not asleep(child.pid):
            os.sched_yield()
        before = voluntary_switches(child.pid)
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(timeout=0.5)  # the interval itself is what is looked at
        assert voluntary_switches(child.pid) == before
        child.stdin.write(b"x")
        assert child.stdout.readline() == b"0\n"  # it lives, and no turn had passed
        child.stdin.close()
        assert child.wait() == 0
