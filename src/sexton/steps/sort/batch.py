"""Rows on their way from a file to their judges: some thousand at a time, and where each of them stood."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sexton.steps.sort.faults import Fault


class Batch(NamedTuple):
    """`rows[i]`, with None where JSON has no value, began in the line `lines[i]`; `raw(i)` is its text in the file,
    without the last end of line. `faults` are those that are known already, by row. `odd` tells that there may be
    characters that no text has; `end` is how many bytes of the file have been read."""

    rows: Sequence[Sequence[str | None]]
    lines: Sequence[int]
    raw: Callable[[int], str]
    faults: dict[int, list[Fault]]
    odd: bool
    end: int

    def without_first(self) -> "Batch":
        """The same without its first row; nothing has faults yet."""
        return self._replace(rows=self.rows[1:], lines=self.lines[1:], raw=lambda at: self.raw(at + 1))

    def without_blank(self) -> "Batch":
        """The same without rows that have no values at all, and no faults."""
        if all(self.rows):
            return self
        kept = [at for at, row in enumerate(self.rows) if row]
        rows, lines = [self.rows[at] for at in kept], [self.lines[at] for at in kept]
        return self._replace(rows=rows, lines=lines, raw=lambda at: self.raw(kept[at]))


class Misread(NamedTuple):
    """A piece of the file, from `line` on, that is no row."""

    line: int
    raw: str
    fault: Fault
