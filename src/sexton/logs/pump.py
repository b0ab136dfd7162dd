"""From a run's pipe to its log file: every byte, as it came, with the last lines kept and a copy relayed.

The pump reads at most CHUNK bytes a turn, so that a flood starves nobody. Writing to the file never stops the run: what
a full disk refuses is counted in `lost`. Invariant: what the process wrote before it exited is in the file (or in
`lost`) when `finish` returns; what others of its group write later still follows until the pipe closes.
"""

from __future__ import annotations

import array
import fcntl
import os
import termios
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.logs.relay import Stream
from sexton.wire.lines import last_lines

if TYPE_CHECKING:
    from sexton.ports import Loop

CHUNK = 65_536
TAIL_BYTES = 8_192
TAIL_LINES = 20


class RunLog:
    """Implements ports.RunLog. `file` is a descriptor open for appending, or -1 when none could be opened."""

    def __init__(self, loop: Loop, path: str, file: int, pipe: int, stream: Stream | None) -> None:
        self.path = path
        self.size = 0
        self.lost = 0
        self._loop = loop
        self._file = file
        self._pipe = pipe
        self._stream = stream
        self._last = b""
        self._listeners: list[Callable[[], None]] = []
        loop.watch(pipe, self._pump)

    def tail(self) -> str:
        """The last lines, no more than TAIL_LINES and TAIL_BYTES."""
        return last_lines(self._last, TAIL_LINES)

    def finish(self) -> None:
        left = self._waiting()
        while left > 0 and self._pipe >= 0:
            left -= self._move()
        if self._stream is not None:
            self._stream.finish()

    def on_growth(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call whenever the file has grown; the result unsubscribes."""
        self._listeners.append(call)
        return lambda: self._listeners.remove(call) if call in self._listeners else None

    def _waiting(self) -> int:
        """Bytes that the pipe holds now: all that the exited process can have left."""
        if self._pipe < 0:
            return 0
        count = array.array("i", [0])
        fcntl.ioctl(self._pipe, termios.FIONREAD, count)
        return count[0]

    def _pump(self) -> None:
        self._move()

    def _move(self) -> int:
        """Move one chunk; how many bytes it had. At the end of the pipe everything is closed."""
        try:
            data = os.read(self._pipe, CHUNK)
        except BlockingIOError:
            return CHUNK  # nothing there
        if not data:
            self._close()
            return 0
        self._write(data)
        self._last = (self._last + data)[-TAIL_BYTES:]
        if self._stream is not None:
            self._stream.feed(data)
        for call in tuple(self._listeners):
            call()
        return len(data)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                written = os.write(self._file, view) if self._file >= 0 else 0
            except OSError:
                written = 0
            if not written:
                self.lost += len(view)
                return
            self.size += written
            view = view[written:]

    def _close(self) -> None:
        self._loop.unwatch(self._pipe)
        os.close(self._pipe)
        self._pipe = -1
        if self._stream is not None:
            self._stream.finish()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
