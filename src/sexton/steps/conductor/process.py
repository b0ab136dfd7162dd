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

from sexton.model.units import SECOND, Duration

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_PIECE = 65_536


def become_subreaper() -> None:
    """What our descendants leave becomes ours. Raises OSError."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot become the subreaper of the steps")


class Running:
    """A step that was started; `said` hears the bytes that it reports."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: str | None, stdin: bytes) -> None:
        """Raises OSError where it cannot be started."""
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

    def wait(self, within: Duration | None, mercy: Duration, said: Callable[[bytes], None]) -> tuple[int, bool]:
        """Its exit code, or minus the signal that ended it, and whether it took longer than `within`."""
        late = False
        ended = os.pidfd_open(self.pid)
        try:
            if within is not None and not self._listen(ended, within, said):
                late = True
                self._signal(signal.SIGTERM)
                within = mercy
                if not self._listen(ended, within, said):
                    self._signal(signal.SIGKILL)
            while not self._listen(ended, None, said):
                pass
        finally:
            os.close(ended)
        code = self._child.wait()
        end_descendants()
        self._drain(said)
        os.close(self.report)
        return code, late

    def _listen(self, ended: int, within: Duration | None, said: Callable[[bytes], None]) -> bool:
        """Hear what it says until it has ended, or `within` is over; whether it has."""
        deadline = None if within is None else time.monotonic() + within / SECOND
        poller = select.poll()
        poller.register(ended, select.POLLIN)
        poller.register(self.report, select.POLLIN)
        while deadline is None or time.monotonic() < deadline:
            left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
            ready = [fd for fd, _ in poller.poll(left)]
            if ended in ready:
                return True
            if self.report in ready and not self._hear(said):
                poller.unregister(self.report)
        return False

    def _hear(self, said: Callable[[bytes], None]) -> bool:
        """Take one piece; whether more may come."""
        try:
            piece = os.read(self.report, _PIECE)
        except BlockingIOError:
            return True
        said(piece)
        return bool(piece)

    def _drain(self, said: Callable[[bytes], None]) -> None:
        with suppress(BlockingIOError):
            while piece := os.read(self.report, _PIECE):
                said(piece)

    def _signal(self, signum: int) -> None:
        for pid in [self.pid, *descendants(self.pid)]:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signum)


def end_descendants() -> None:
    """KILL what steps have left behind, and collect it."""
    while left := descendants(os.getpid()):
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(-1, 0)


def descendants(of: int) -> list[int]:
    """The processes below `of`, from /proc (proc(5))."""
    below: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (parent := _parent(entry)) is not None:
            below.setdefault(parent, []).append(int(entry))
    found = list(below.get(of, ()))
    for pid in found:
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
