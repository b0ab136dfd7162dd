"""A descriptor of our own that is written without ever blocking: standard output and standard error.

What cannot be written at once waits in a bounded queue; what does not fit is dropped whole and counted. A pipe or a
terminal is opened anew, so that switching off blocking touches nobody else who holds it.
"""

from __future__ import annotations

import os
import select
import stat
from collections import deque
from typing import TYPE_CHECKING

from sexton.model.units import Duration

if TYPE_CHECKING:
    from sexton.ports import Loop

LIMIT = 1_048_576  # bytes that may wait


class Outlet:
    """Writes to `fd` in order. `dropped` counts the bytes that found no room or no reader."""

    def __init__(self, loop: Loop, fd: int, limit: int = LIMIT) -> None:
        self.dropped = 0
        self._loop = loop
        self._limit = limit
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._given = fd
        self._fd, self._waits = _unblocked(fd)
        self.terminal = self._fd >= 0 and os.isatty(self._fd)

    def put(self, data: bytes) -> None:
        """Write `data`, or queue it, or drop it."""
        if self._fd < 0:
            self.dropped += len(data)
        elif self._queue:
            self._enqueue(data)
        elif rest := self._write(data):
            self._append(rest)  # whatever the limit: what has begun is not cut in the middle of a line
            self._loop.watch(self._fd, self._flush, write=True)

    @property
    def waiting(self) -> bytes:
        """What has not been taken yet."""
        return b"".join(self._queue)

    def drain(self, within: Duration) -> None:
        """Before the process ends: wait for the reader, no longer than `within`."""
        if self._fd < 0:
            return
        poller = select.poll()
        poller.register(self._fd, select.POLLOUT)
        deadline = self._loop.clock.now().elapsed + within
        while self._queue and (left := deadline - self._loop.clock.now().elapsed) > 0:
            if poller.poll(left / 1000):
                self._flush()

    def _enqueue(self, data: bytes) -> None:
        if self._queued + len(data) > self._limit:
            self.dropped += len(data)
        else:
            self._append(data)

    def _append(self, data: bytes) -> None:
        self._queue.append(data)
        self._queued += len(data)

    def _flush(self) -> None:
        while self._queue:
            data = self._queue.popleft()
            self._queued -= len(data)
            if rest := self._write(data):
                self._queue.appendleft(rest)
                self._queued += len(rest)
                return
        self._loop.unwatch(self._fd)

    def _write(self, data: bytes) -> bytes:
        """What is left of `data` once the descriptor takes no more."""
        while data:
            try:
                data = data[os.write(self._fd, data) :]
            except BlockingIOError:
                return data
            except OSError:  # the reader is gone (EPIPE), the terminal closed (EIO), the disk full
                self._give_up(data)
                return b""
        return b""

    def _give_up(self, data: bytes) -> None:
        self.dropped += len(data)
        if self._waits:  # a file on a full disk may take more later; a pipe without reader never will
            self.dropped += self._queued
            self._queue.clear()
            self._queued = 0
            self._loop.unwatch(self._fd)
            if self._fd != self._given:
                os.close(self._fd)
            self._fd = -1


def _unblocked(fd: int) -> tuple[int, bool]:
    """A descriptor for the same file that does not block (-1: `fd` is closed), and whether it can make us wait."""
    try:
        kind = os.fstat(fd).st_mode
    except OSError:
        return -1, False
    if stat.S_ISFIFO(kind) or stat.S_ISCHR(kind):
        try:
            return os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY), True
        except OSError:
            pass  # another user's terminal, or no /proc: then the descriptor we were given
    if stat.S_ISREG(kind):
        return fd, False
    os.set_blocking(fd, False)
    return fd, True
