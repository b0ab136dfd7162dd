"""The timers against the real kernel. Nobody sets this machine's clock: of a step we show that the kernel is asked to
report it, and that we understand its report, which is spoken here in the kernel's place."""

import ctypes
import errno
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from sexton.engine.loop import linux
from sexton.engine.loop.linux import ElapsedTimer, SystemClock, WallTimer

PATIENCE = 20_000  # milliseconds; only a test that fails waits so long
Timer = WallTimer | ElapsedTimer


@pytest.fixture(params=[WallTimer, ElapsedTimer])
def timer(request: pytest.FixtureRequest) -> Iterator[Timer]:
    made: Timer = request.param()
    yield made
    made.close()


@pytest.fixture
def wall_timer() -> Iterator[WallTimer]:
    made = WallTimer()
    yield made
    made.close()


def reading(timer: Timer) -> int:
    """The present of the timer's clock, microseconds."""
    now = SystemClock().now()
    return now.wall if isinstance(timer, WallTimer) else now.elapsed


def readable(timer: Timer, within: int = 0) -> bool:
    poller = select.poll()
    poller.register(timer.fd, select.POLLIN)
    return bool(poller.poll(within))


def test_the_clock_reads_both_clocks_of_the_machine_in_microseconds() -> None:
    before = time.time_ns(), time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    now = SystemClock().now()
    after = time.time_ns(), time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    assert before[0] // 1000 <= now.wall <= after[0] // 1000
    assert before[1] // 1000 <= now.elapsed <= after[1] // 1000


def test_a_timer_fires_when_its_time_has_come_and_not_before(timer: Timer) -> None:
    due = reading(timer) + 20_000
    timer.arm(due)
    assert readable(timer, PATIENCE)
    assert reading(timer) >= due
    assert timer.acknowledge() is False
    assert not readable(timer)


@pytest.mark.parametrize("past", [-(10**12), -2, -1, 0, 1])
def test_a_timer_fires_at_once_when_its_time_is_past(timer: Timer, past: int) -> None:
    timer.acknowledge()
    timer.arm(past)
    assert readable(timer)


def test_a_timer_fires_again_when_armed_for_the_same_time_after_it_was_acknowledged(timer: Timer) -> None:
    timer.arm(1)
    timer.acknowledge()
    timer.arm(1)
    assert readable(timer)


def test_a_timer_is_silent_when_it_has_no_deadline(timer: Timer) -> None:
    timer.arm(1)
    timer.arm(None)
    assert not readable(timer)
    assert timer.acknowledge() is False


def test_a_timer_takes_an_earlier_deadline_in_place_of_a_later_one(timer: Timer) -> None:
    timer.arm(reading(timer) + 10**12)
    assert not readable(timer)
    timer.arm(reading(timer))
    assert readable(timer, PATIENCE)


@pytest.mark.parametrize("when", [None, 10**17])
def test_the_kernel_is_asked_to_report_steps_whether_or_not_there_is_a_deadline(
    wall_timer: WallTimer, when: int | None
) -> None:
    wall_timer.arm(when)
    with open(f"/proc/self/fdinfo/{wall_timer.fd}") as file:
        info = dict(line.rstrip("\n").split(": ", 1) for line in file if ": " in line)
    assert int(info["clockid"]) == time.CLOCK_REALTIME
    assert int(info["settime flags"], 8) == linux.TFD_TIMER_ABSTIME | linux.TFD_TIMER_CANCEL_ON_SET
    assert info["it_value"] != "(0, 0)"  # disarmed, it would report nothing


def test_a_step_is_noticed_when_reading_the_descriptor_reports_it(
    wall_timer: WallTimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as kernel:
        kernel.setattr(linux, "os", SimpleNamespace(read=refusing(errno.ECANCELED)))
        assert wall_timer.acknowledge() is True
    assert wall_timer.acknowledge() is False


def test_any_other_failure_to_read_the_descriptor_is_an_error(
    wall_timer: WallTimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux, "os", SimpleNamespace(read=refusing(errno.EIO)))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        wall_timer.acknowledge()


def refusing(number: int) -> object:
    def refuse(*_arguments: object) -> bytes:
        raise OSError(number, os.strerror(number))

    return refuse


class Kernel:
    """The real calls, except that the first `times` timerfd_settime fail with `number` (having set the timer)."""

    def __init__(self, number: int, times: int) -> None:
        self._number = number
        self._times = times

    def timerfd_settime(self, *arguments: object) -> int:
        result: int = ctypes.CDLL(None, use_errno=True).timerfd_settime(*arguments)
        if not self._times:
            return result
        self._times -= 1
        ctypes.set_errno(self._number)
        return -1


@pytest.mark.parametrize("times", [1, 2])
def test_a_step_is_noticed_at_once_when_arming_the_timer_reports_it(
    wall_timer: WallTimer, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """timerfd_settime(2), NOTES: it answers ECANCELED once, and reading the descriptor then tells nothing."""
    monkeypatch.setattr(linux, "_libc", Kernel(errno.ECANCELED, times))
    wall_timer.arm(reading(wall_timer) + 10**12)
    assert readable(wall_timer)
    assert wall_timer.acknowledge() is True
    wall_timer.arm(None)
    assert not readable(wall_timer)
    assert wall_timer.acknowledge() is False


def test_any_other_failure_to_arm_the_timer_is_an_error(timer: Timer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "_libc", Kernel(errno.EINVAL, 1))
    with pytest.raises(OSError, match="timerfd_settime: Invalid argument"):
        timer.arm(1)


ADOPTER = """
import os, subprocess
from sexton.engine.loop.linux import become_subreaper
become_subreaper()
shell = subprocess.run(["sh", "-c", "sleep 60 >/dev/null & echo $!"], stdout=subprocess.PIPE)
orphan = int(shell.stdout)
parent = next(line for line in open(f"/proc/{orphan}/status") if line.startswith("PPid"))
os.kill(orphan, 9)
assert os.waitpid(orphan, 0) == (orphan, 9)
print(int(parent.split()[1]) == os.getpid())
"""


def test_orphans_become_our_children_once_we_are_the_subreaper() -> None:
    said = subprocess.run([sys.executable, "-c", ADOPTER], capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("True\n", "")


def test_freed_memory_goes_back_to_the_kernel_when_the_heap_is_trimmed() -> None:
    blocks = [b"x" * (1_000 + n % 2) for n in range(20_000)]
    held = blocks[-1]  # above all the others: nothing below it would go by itself
    del blocks
    before = resident()
    linux.trim_heap()
    assert before - resident() > 10_000_000
    assert held


ARENAS = """
import re, threading
from pathlib import Path
from sexton.engine.loop import linux
linux.share_heap()
begun, over = threading.Semaphore(0), threading.Event()
def work():
    kept = [b"x" * 1_000 for _ in range(100)]
    begun.release()
    over.wait()
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    begun.acquire()
# an arena of a thread begins at a multiple of 64 MiB (malloc(3)'s HEAP_MAX_SIZE)
maps = Path("/proc/self/maps").read_text()
starts = re.findall(r"^([0-9a-f]+)-[0-9a-f]+ rw-p 00000000 00:00 0 *$", maps, re.MULTILINE)
print(sum(int(start, 16) % (64 << 20) == 0 for start in starts))
over.set()
"""


def test_threads_have_no_heaps_of_their_own_when_it_is_shared() -> None:
    said = subprocess.run([sys.executable, "-c", ARENAS], capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("0\n", "")


def resident() -> int:
    """Bytes of memory of this process."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
