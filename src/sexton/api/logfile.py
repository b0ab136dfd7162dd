"""A run's log, read by offset, never by blocking on something that is no file.

Opens regular files only, follows no symbolic link in the last place, and holds one descriptor until `close`.
"""

from __future__ import annotations

import os
import stat

from sexton.model.errors import Refused, SextonError

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # O_NONBLOCK: a FIFO must not hold us up


class LogFile:
    """`size` is the file's length in bytes when it was opened. Raises Refused where it cannot be shown."""

    __slots__ = ("_fd", "path", "size")

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._fd = os.open(path, FLAGS)
        except FileNotFoundError:
            raise Refused("not_found", f"the log is gone ({path})") from None
        except OSError as error:
            raise Refused("unavailable", f"cannot open the log: {error.strerror} ({path})") from error
        found = os.fstat(self._fd)
        self.size = found.st_size
        if not stat.S_ISREG(found.st_mode):
            self.close()
            raise Refused("unavailable", f"cannot show the log: it is not a regular file ({path})")

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`; empty at the end."""
        try:
            return os.pread(self._fd, size, offset)
        except OSError as error:
            raise SextonError(f"cannot read the log: {error.strerror} ({self.path})") from error

    def close(self) -> None:
        """Give the descriptor back. May be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
