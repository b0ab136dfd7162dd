"""A program as a child process that is run to its end, and heard: within a time, and no longer.

By posix_spawn(3), and without the module `subprocess`: where a program does next to nothing, starting it is what
counts. Its standard input is empty; of ours it gets no descriptor, and none of the signals that Python ignores stays
ignored. Invariant: when `run` returns or raises, the program has ended.
"""

import os
import select
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

_PIECE = 65_536
_HEARD = 16_000_000  # bytes of each output that are kept: more than a line for each of 100,000 refs
_GRACE = 2.0  # seconds between TERM, on which a program may tidy up, and KILL
_OURS = (signal.SIGPIPE, signal.SIGXFSZ)  # which Python ignores


class Ended(NamedTuple):
    """Its exit code, or minus the signal that ended it, and what it wrote to its standard output and error."""

    code: int
    out: bytes
    err: bytes


def run(argv: tuple[str, ...], environ: Mapping[str, str], within: float) -> Ended:
    """Found by our PATH, heard until its outputs are closed and it has ended. Raises TimeoutError when that takes
    longer than `within` seconds, OSError where it cannot be started."""
    (out, out_end), (err, err_end) = os.pipe(), os.pipe()
    try:
        pid, ended = _spawned(argv, environ, out_end, err_end)
    except BaseException:
        os.close(out)
        os.close(err)
        raise
    finally:
        os.close(out_end)
        os.close(err_end)
    child = _Child(pid, ended, out, err)
    try:
        child.hear(time.monotonic() + within)
    finally:
        code = child.end()
    return Ended(code, *child.heard)


def keep_descriptors() -> None:
    """Let no program that is started have descriptors of ours, whoever gave them to us."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # that of the listing itself is closed
            if int(name) > 2:
                os.set_inheritable(int(name), False)


def _spawned(argv: tuple[str, ...], environ: Mapping[str, str], out: int, err: int) -> tuple[int, int]:
    """The process, and a descriptor that is readable when it has ended (pidfd_open(2))."""
    actions = (
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, out, 1),
        (os.POSIX_SPAWN_DUP2, err, 2),
    )
    pid = os.posix_spawnp(argv[0], argv, environ, file_actions=actions, setsigdef=_OURS)
    try:
        return pid, os.pidfd_open(pid)
    except OSError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise


class _Child:
    """A process that was started; the descriptors `ended`, `out` and `err` are ours to read and to close."""

    def __init__(self, pid: int, ended: int, out: int, err: int) -> None:
        self._pid = pid
        self._ended = ended
        self._outputs = {out: bytearray(), err: bytearray()}
        self._open = select.poll()
        self._left = {ended, out, err}  # from which something may come
        for fd in self._left:
            self._open.register(fd, select.POLLIN)

    @property
    def heard(self) -> tuple[bytes, bytes]:
        out, err = self._outputs.values()
        return bytes(out), bytes(err)

    def hear(self, until: float) -> None:
        """Until nothing more can come. Raises TimeoutError when the clock is past `until`."""
        while self._left:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            for fd, _ in self._open.poll(left * 1000):
                if fd == self._ended or not self._take(fd):
                    self._open.unregister(fd)
                    self._left.remove(fd)

    def _take(self, fd: int) -> bool:
        data = os.read(fd, _PIECE)
        heard = self._outputs[fd]
        heard += data[: max(_HEARD - len(heard), 0)]
        return bool(data)

    def end(self) -> int:
        """Let go of it; one that lives has so long to end itself. Its exit code."""
        for fd in self._outputs:
            os.close(fd)
        if self._ended in self._left:
            self._stop()
        os.close(self._ended)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _stop(self) -> None:
        os.kill(self._pid, signal.SIGTERM)
        ended = select.poll()
        ended.register(self._ended, select.POLLIN)
        if not ended.poll(_GRACE * 1000):
            os.kill(self._pid, signal.SIGKILL)
