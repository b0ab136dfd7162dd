"""One step as a child process: started, listened to, and ended with all that it leaves behind.

A step stays in the conductor's process group, so that who stops the run reaches all of it; the conductor is the
subreaper (prctl(2)) of what the step leaves. Invariant: when `run` returns, nothing that the step started lives.
"""

import ctypes
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sexton.model.units import SECOND, Duration

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_PIECE = 65_536


def become_subreaper() -> None:
    """What our descendants leave becomes ours. Raises OSError."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot become the subreaper of the steps")


class Hearer(NamedTuple):
    """`said` hears the bytes that the step reports; `rest` is called when there are none at present, and says in how
    many seconds it wants to be called again at the latest."""

    said: Callable[[bytes], None]
    rest: Callable[[], float | None]


class Running:
    """A step that was started."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: str | None, stdin: bytes, hearer: Hearer
    ) -> None:
        """Raises OSError where it cannot be started."""
        self._hearer = hearer
        from sexton.steps.channel import VARIABLE

        self.report, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        os.set_blocking(writer, True)
        given = _holding(stdin)
        try:
            child = {**env, VARIABLE: str(writer)}
            self._child = subprocess.Popen(argv, env=child, cwd=cwd, stdin=given, pass_fds=(writer,))
        except BaseException:
            os.close(self.report)
            raise
        finally:
            os.close(writer)
            os.close(given)
        self.pid = self._child.pid

    def wait(self, within: Duration | None, mercy: Duration) -> tuple[int, bool]:
        """Its exit code, or minus the signal that ended it, and whether it took longer than `within`."""
        late = False
        ended = os.pidfd_open(self.pid)
        orphans = _Orphans(self.pid)
        self._orphans = orphans
        try:
            if within is not None and not self._listen(ended, within):
                late = True
                self._signal(signal.SIGTERM)
                if not self._listen(ended, mercy):
                    self._signal(signal.SIGKILL)
            while not self._listen(ended, None):
                pass
        finally:
            os.close(ended)
            orphans.close()
        code = self._child.wait()
        end_descendants()
        self._drain()
        os.close(self.report)
        return code, late

    def _listen(self, ended: int, within: Duration | None) -> bool:
        """Hear what it says until it has ended, or `within` is over; whether it has."""
        deadline = None if within is None else time.monotonic() + within / SECOND
        poller = select.poll()
        poller.register(ended, select.POLLIN)
        poller.register(self.report, select.POLLIN)
        poller.register(self._orphans.fd, select.POLLIN)
        while deadline is None or time.monotonic() < deadline:
            lefts = [self._hearer.rest(), None if deadline is None else deadline - time.monotonic()]
            least = min((left for left in lefts if left is not None), default=None)
            ready = [fd for fd, _ in poller.poll(None if least is None else max(0.0, least) * 1000)]
            if ended in ready:
                return True
            if self._orphans.fd in ready:
                self._orphans.bury()
            if self.report in ready and not self._hear():
                poller.unregister(self.report)
        return False

    def _hear(self) -> bool:
        """Take one piece; whether more may come."""
        try:
            piece = os.read(self.report, _PIECE)
        except BlockingIOError:
            return True
        self._hearer.said(piece)
        return bool(piece)

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            while piece := os.read(self.report, _PIECE):
                self._hearer.said(piece)

    def _signal(self, signum: int) -> None:
        for pid in [self.pid, *descendants(self.pid)]:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signum)


class _Orphans:
    """What the step `of` leaves while it goes on: collected as it ends, so that no zombies gather. `fd` is readable
    when some child has ended."""

    def __init__(self, of: int) -> None:
        self._of = of
        self.fd, self._wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._before = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda signum, frame: None)
        self.bury()

    def bury(self) -> None:
        with suppress(BlockingIOError):
            while os.read(self.fd, _PIECE):
                pass
        for pid in descendants(os.getpid(), deep=False):
            if pid != self._of:
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)

    def close(self) -> None:
        signal.set_wakeup_fd(self._before)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self.fd)
        os.close(self._wake)


def end_descendants() -> None:
    """KILL what steps have left behind, and collect it."""
    while left := descendants(os.getpid()):
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(-1, 0)


def descendants(of: int, *, deep: bool = True) -> list[int]:
    """The processes below `of`, its children alone unless `deep`, from /proc (proc(5))."""
    below: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (parent := _parent(entry)) is not None:
            below.setdefault(parent, []).append(int(entry))
    found = list(below.get(of, ()))
    for pid in found if deep else ():
        found += below.get(pid, ())
    return found


def _parent(pid: str) -> int | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _holding(content: bytes) -> int:
    """A descriptor that reads `content` from its beginning: a file in memory (memfd_create(2))."""
    held = os.memfd_create("stdin", os.MFD_CLOEXEC)
    with open(held, "wb", closefd=False) as file:
        file.write(content)
    os.lseek(held, 0, os.SEEK_SET)
    return held
