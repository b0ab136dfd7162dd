"""A named pipe that jobs wait at until the test lets them pass: `read x <gate` in a job's script.

The test holds both ends open, so nobody waits for the other to come: each newline lets one reader pass, whether it
waits already or comes later.
"""

import os
from pathlib import Path


class Gate:
    """The pipe `path`, made here."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def let_pass(self, number: int = 1) -> None:
        os.write(self._fd, b"\n" * number)

    def close(self) -> None:
        os.close(self._fd)
