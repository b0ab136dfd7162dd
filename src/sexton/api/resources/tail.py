"""Where the last lines of a log begin, found by reading backwards.

A search is taken in steps, so that a caller can let others go first between two blocks. As with tail(1), a last line
without its newline counts as a line.
"""

from __future__ import annotations

from collections.abc import Callable

BLOCK = 64 * 1024

Read = Callable[[int, int], bytes]  # (offset, size) -> bytes


class TailSearch:
    """Looks for the start of the last `lines` lines of the first `size` bytes that `read` reads. `start` is their
    offset once it is found; each step reads at most `block` bytes."""

    __slots__ = ("_block", "_position", "_read", "_wanted", "start")

    def __init__(self, read: Read, size: int, lines: int, block: int = BLOCK) -> None:
        self._read = read
        self._block = block
        self._position = size
        self.start: int | None = None
        if lines == 0 or size == 0:
            self.start = size
        ends_a_line = size > 0 and read(size - 1, 1) == b"\n"
        self._wanted = lines + ends_a_line  # the newline before the first wanted line, counted from the end

    def step(self) -> None:
        """Look through one more block."""
        if self.start is not None:
            return
        begin = max(self._position - self._block, 0)
        block = self._read(begin, self._position - begin)
        found = block.count(b"\n")
        if found >= self._wanted:
            self.start = begin + _nth_newline_from_end(block, self._wanted) + 1
        elif begin == 0:
            self.start = 0
        self._wanted -= found
        self._position = begin


def _nth_newline_from_end(block: bytes, count: int) -> int:
    at = len(block)
    for _ in range(count):
        at = block.rindex(b"\n", 0, at)
    return at
