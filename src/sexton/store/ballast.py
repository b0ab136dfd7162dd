"""A megabyte kept in reserve beside the database, so that runs' ends can still be written on a full disk.

SQLite on a full disk refuses even to delete. Freeing the ballast makes room for the ends of what is running; while
it is spent nothing new is begun, so the room serves nothing else.
"""

import os
import stat

BALLAST = 1_000_000  # bytes


class Ballast:
    """The file `path`, made at once when there is room; a store without files (None) never runs out of it."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self.spent = False
        if path is not None:
            self.spent = True
            self.restore()

    def free(self) -> bool:
        """Give the room back to the file system; False when there was none to give."""
        if self._path is None or self.spent:
            return False
        self.spent = True
        return self._unlink(self._path)

    def restore(self) -> None:
        """Set the room aside again if it was spent and the file system has it; else try again at the next call."""
        if self._path is None or not self.spent:
            return
        try:
            # O_NONBLOCK: opening a pipe that somebody put here must not wait for a reader
            fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        except OSError:
            return
        try:
            os.posix_fallocate(fd, 0, BALLAST)
            self.spent = False
        except OSError:
            self._unlink(self._path)
        finally:
            os.close(fd)

    def _unlink(self, path: str) -> bool:
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                return False
            os.unlink(path)
        except OSError:
            return False
        return True
