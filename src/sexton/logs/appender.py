"""One log file that is being written: appends, and begins anew where its `log` key says so.

It may have several users (the instances of a service, what is left of an earlier process beside its successor); the
last one to leave closes it. Cuts between two lines where one ends in time. Invariant: the file is never longer than
`max_size`, unless it cannot be rotated, which is said.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.logs import files
from sexton.model.log import Log

if TYPE_CHECKING:
    from sexton.model.handover import FileLeft

Hook = Callable[["Appender"], None]


class Appender:
    """Writes to `file`, a descriptor open for appending with `size` bytes in it, or -1 when none could be opened."""

    __slots__ = (
        "_ends_line",
        "_file",
        "_on_closed",
        "_on_rotated",
        "_users",
        "failure",
        "log",
        "path",
        "refusal",
        "shed",
        "size",
    )

    def __init__(self, path: str, file: int, log: Log, size: int = 0) -> None:
        self.path = path
        self.log = log
        self.size = size
        self.shed = 0  # bytes of rotations that had to go
        self.failure = ""  # why the last rotation could not be made
        self.refusal = ""  # why something could not be written
        self._file = file
        self._ends_line = False
        self._users = 0
        self._on_rotated: Hook | None = None
        self._on_closed: Hook | None = None

    def on_rotated(self, call: Hook) -> None:
        """Call after each rotation, and when one could not be made, once for the same `failure`."""
        self._on_rotated = call

    def on_closed(self, call: Hook) -> None:
        self._on_closed = call

    def leave_behind(self, *, shared: bool) -> FileLeft:
        """What the next image of Sexton writes on with."""
        from sexton.model.handover import FileLeft

        return FileLeft(self.path, self._file, self.log, self.size, self.shed, self._ends_line, self.failure, shared)

    def take_up(self, left: FileLeft) -> Appender:
        """Go on where the last image left off."""
        self.shed, self._ends_line, self.failure = left.shed, left.ends_line, left.failure
        return self

    def use(self) -> Appender:
        self._users += 1
        return self

    def leave(self) -> None:
        """Give up one use; the last one closes the file."""
        self._users -= 1
        if self._users == 0:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
            if self._on_closed is not None:
                self._on_closed(self)

    def reopen(self) -> None:
        """Go on in the file that is at the path now, made where there is none. What cannot be opened leaves the old."""
        try:
            file, self.size = files.open_append(self.path, self.log.mode)
        except OSError as error:
            self.failure = error.strerror or str(error)
            return
        if self._file >= 0:
            os.close(self._file)
        self._file, self._ends_line = file, False

    def write(self, data: bytes) -> int:
        """How many bytes of `data` the file took; what it did not take is for the caller to count."""
        view = memoryview(data)[self._outrun(data) :]
        while view:
            fitting = self._fitting(view)
            if not fitting and not self.rotate():
                fitting = len(view)  # better too long than lost
            took = self._append(view[:fitting])
            view = view[took:]
            if took < fitting:
                break
        return len(data) - len(view)

    def _outrun(self, data: bytes) -> int:
        """How many of its first bytes would be gone with what is in the file now, before all of it is written: a small
        file is not rotated for these. They end with a line where one ends in time."""
        if self.log.max_size is None or self._file < 0:
            return 0
        most = (self.log.keep + 2) * self.log.max_size
        if len(data) <= most:
            return 0
        gone = len(data) - most
        gone = data.rfind(b"\n", 0, gone) + 1 or gone
        self.shed += gone
        return gone

    def clear(self) -> None:
        """Begin the file anew, as if nothing had been written. Raises OSError."""
        if self._file >= 0:
            os.ftruncate(self._file, 0)
        self.size, self._ends_line = 0, False

    def rotate(self) -> bool:
        """Begin a new file, unless this one is empty; False when that could not be done."""
        from sexton.logs.rotate import begin_anew

        if self._file < 0 or not self.size:
            return False
        failed_before = self.failure
        try:
            self._file, self.size, shed = begin_anew(self.path, self._file, self.log.keep)
        except OSError as error:
            self.failure = error.strerror or str(error)
        else:
            self.failure, self._ends_line = "", False
            self.shed += shed
        if self._on_rotated is not None and (not self.failure or self.failure != failed_before):
            self._on_rotated(self)
        return not self.failure

    def _fitting(self, view: memoryview) -> int:
        """How much of `view` goes into the file before it has to be rotated; 0: nothing."""
        room = len(view) if self.log.max_size is None else self.log.max_size - self.size
        if len(view) <= room:
            return len(view)
        lines = bytes(view[: max(room, 0)]).rfind(b"\n") + 1
        return lines if lines or (self._ends_line and self.size) else max(room, 0)

    def _append(self, view: memoryview) -> int:
        took = 0
        while took < len(view):
            try:
                written = os.write(self._file, view[took:]) if self._file >= 0 else 0
            except OSError as error:  # the disk is full, the file may not grow
                written, self.refusal = 0, error.strerror or str(error)
            if not written:
                break
            took += written
        self.size += took
        if took:
            self._ends_line = view[took - 1] == ord("\n")
        return took
