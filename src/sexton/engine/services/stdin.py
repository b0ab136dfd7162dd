"""A pipe to a process's standard input: what the process does not take at once waits here, within bounds.

Loaded for processes that are fed. Nothing blocks. Invariant: what was accepted is written whole and in order, or the
process has closed its end.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.ports import Loop

MOST = 65_536  # bytes that may still wait when something is added: then the process does not read


class StdinPipe:
    """`waiting` are the bytes that the process has not taken yet."""

    __slots__ = ("_loop", "fd", "waiting")

    def __init__(self, loop: Loop, fd: int, waiting: bytes = b"") -> None:
        self.fd = fd
        self.waiting = waiting
        self._loop = loop
        self._flush()

    def write(self, data: bytes) -> bool:
        """Write all of it now or as the process reads; False, and nothing of it comes, when that does not read or has
        closed its end."""
        if self.fd < 0 or len(self.waiting) > MOST:
            return False
        self.waiting += data
        self._flush()
        return self.fd >= 0

    def close(self) -> None:
        if self.fd >= 0:
            self._loop.unwatch(self.fd)
            os.close(self.fd)
        self.fd, self.waiting = -1, b""

    def _flush(self) -> None:
        while self.waiting:
            try:
                written = os.write(self.fd, self.waiting)
            except BlockingIOError:
                self._loop.watch(self.fd, self._flush, write=True)
                return
            except OSError:  # nobody reads any more
                self.close()
                return
            self.waiting = self.waiting[written:]
        self._loop.unwatch(self.fd)
