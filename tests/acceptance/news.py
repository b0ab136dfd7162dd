"""A named pipe that processes write lines to, and the test waits for: `echo up >news`."""

import os
import select
from pathlib import Path

from tests.acceptance.daemon import LIMIT


class News:
    """The pipe `path`, made here, and held open at both ends, so that nobody waits for a reader."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._read = b""

    def next(self) -> str:
        """The next line, without its end."""
        while b"\n" not in self._read:
            if not select.select([self._fd], [], [], LIMIT)[0]:
                raise AssertionError(f"nothing came within {LIMIT} s")
            self._read += os.read(self._fd, 65_536)
        line, _, self._read = self._read.partition(b"\n")
        return line.decode()

    def close(self) -> None:
        os.close(self._fd)
