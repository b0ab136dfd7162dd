"""Real pipes of processes that are none: what nobody has closed at the end of a test is closed then.

A number may be another file's by that time, so each is known by its inode as well.
"""

import os
from contextlib import suppress


class Pipes:
    def __init__(self) -> None:
        self._ends: list[tuple[int, int]] = []

    def new(self) -> tuple[int, int]:
        """The end to read from and the one to write to."""
        pair = os.pipe()
        self._ends += [(end, os.fstat(end).st_ino) for end in pair]
        return pair

    def close(self) -> None:
        ends, self._ends = self._ends, []
        for end, inode in ends:
            with suppress(OSError):  # it is closed, and its number free
                if os.fstat(end).st_ino == inode:
                    os.close(end)


PIPES = Pipes()
