"""Rows of CSV from blocks of lines: RFC 4180 with any delimiter, quote and escape, and held to it.

Most blocks have as many rows as lines, and Python's csv reads them in one go. Where that does not work out, rows are
read one by one. A quote that is never closed takes no more than its own line with it: reading goes on behind that, as
long as a file does not do it too often, for then reading would take no end.
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any, NamedTuple

from sexton.steps.sort.batch import Batch, Misread
from sexton.steps.sort.blocks import Block, LongLine
from sexton.steps.sort.faults import Fault

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_READ_AGAIN = 1_000_000  # lines, beyond as many as the file has
_OPEN = "unexpected end of data"  # csv's word for a quote that is still open


class Dialect(NamedTuple):
    """How CSV is written; no quote or escape if empty."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""

    def reader(self, lines: Iterable[str]) -> Any:
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            strict=True,
        )


class CsvRows:
    """Rows of one file; blank lines are none. `longest` is how many characters a row may have."""

    def __init__(self, dialect: Dialect, longest: int) -> None:
        csv.field_size_limit(sys.maxsize)  # blocks have bounds of their own
        self._dialect = dialect
        self._longest = longest
        self._again = _READ_AGAIN
        self._open = Block(1, "", 0)

    def read(self, blocks: Iterable[Block | LongLine]) -> Iterator[Batch | Misread]:
        for block in blocks:
            if isinstance(block, LongLine):
                yield from self._rest()
                yield block.misread()
                continue
            if self._open.text:
                block = Block(self._open.line, self._open.text + block.text, block.end)
                self._open = Block(1, "", 0)
            yield from self._block(block, last=False)
        yield from self._rest()

    def _rest(self) -> Iterator[Batch | Misread]:
        """What waited for its quote to be closed, which no longer can be."""
        block, self._open = self._open, Block(1, "", 0)
        if block.text:
            yield from self._block(block, last=True)

    def _block(self, block: Block, last: bool) -> Iterator[Batch | Misread]:
        reader = self._dialect.reader(StringIO(block.text, newline=""))
        try:
            rows = list(reader)
        except csv.Error:
            rows = []
        if rows and len(rows) == reader.line_num:
            yield _plain(rows, block).without_blank()
        else:
            yield from self._one_by_one(block, last)

    def _one_by_one(self, block: Block, last: bool) -> Iterator[Batch | Misread]:
        lines = StringIO(block.text, newline="").readlines()
        self._again += len(lines)
        at = 0
        while at < len(lines):
            rows, starts, stopped, error = self._until_error(lines, at)
            if rows:
                yield _batch(rows, starts, lines, block).without_blank()
            if error is None:
                return
            began = starts[-1]
            rest = lines[began:stopped]
            if error.startswith(_OPEN) and not last and sum(map(len, rest)) <= self._longest:
                self._open = Block(block.line + began, "".join(rest), block.end)
                return
            at = began + 1 if self._may_read_again(stopped - began) else stopped
            yield Misread(block.line + began, "".join(lines[began:at]).rstrip("\r\n"), _fault(error))

    def _until_error(self, lines: Sequence[str], at: int) -> tuple[list[list[str]], list[int], int, str | None]:
        """Rows from the line `at` on, where each began and the next would, the line where reading stopped, and why."""
        reader = self._dialect.reader(map(lines.__getitem__, range(at, len(lines))))
        rows: list[list[str]] = []
        starts = [at]
        try:
            for row in reader:
                stopped = at + reader.line_num
                if stopped - starts[-1] > 1 and sum(map(len, lines[starts[-1] : stopped])) > self._longest:
                    return rows, starts, stopped, _OPEN
                rows.append(row)
                starts.append(stopped)
        except csv.Error as error:
            return rows, starts, at + reader.line_num, str(error)
        return rows, starts, len(lines), None

    def _may_read_again(self, lines: int) -> bool:
        self._again -= lines
        return self._again > 0


def _plain(rows: list[list[str]], block: Block) -> Batch:
    """One row in each line."""

    lines: list[str] = []

    def raw(at: int) -> str:
        if not lines:
            lines.extend(StringIO(block.text, newline=""))
        return lines[at].rstrip("\r\n")

    return Batch(rows, range(block.line, block.line + len(rows)), raw, {}, may_be_odd(block.text), block.end)


def _batch(rows: list[list[str]], starts: list[int], lines: list[str], block: Block) -> Batch:
    def raw(at: int) -> str:
        return "".join(lines[starts[at] : starts[at + 1]]).rstrip("\r\n")

    return Batch(rows, [block.line + start for start in starts[:-1]], raw, {}, may_be_odd(block.text), block.end)


def may_be_odd(text: str) -> bool:
    """Whether there may be a NUL or half a surrogate pair in it."""
    return bool(_NO_TEXT.search(text)) if not text.isascii() else "\0" in text


def _fault(error: str) -> Fault:
    if error.startswith(_OPEN):
        return Fault("has a quote that is not closed")
    return Fault("has a quote in the wrong place")
