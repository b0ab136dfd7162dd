"""A file's bytes as blocks of whole lines of text, one after the other, in bounded memory whatever the file holds.

A line that is longer than the limit is not read whole: its beginning and its length are told instead. A byte that is
no text becomes a character that no text has (U+DC00 plus the byte), so that only the values that it stands in are lost.
A line ends at "\\n", "\\r" or "\\r\\n".
"""

import codecs
from collections.abc import Iterator
from io import StringIO
from typing import BinaryIO, NamedTuple

from sexton.steps.sort.batch import Misread
from sexton.steps.sort.faults import Fault

_CHUNK = 1 << 15  # bytes
_SHOWN = 1000  # characters of a line that is too long
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ERRORS = "sexton.steps.sort"
_IN_C = ("utf-8", "utf-8-sig", "ascii")  # surrogateescape does the same there, as all that is no text is above 127


class Block(NamedTuple):
    """Lines of which the first has the number `line`, from 1; `end` is how many bytes of the file have been read. The
    last line of the last block may lack its end."""

    line: int
    text: str
    end: int


class LongLine(NamedTuple):
    """A line that is longer than it may be: its number, how it begins, how many characters it has."""

    line: int
    start: str
    length: int

    def misread(self) -> Misread:
        return Misread(self.line, f"{self.start}…", Fault("is too long", detail=f"{self.length} characters"))


def blocks(file: BinaryIO, encoding: str, longest: int) -> Iterator[Block | LongLine]:
    """Raises OSError as reading does."""
    line = 1
    rest = ""
    skipped: LongLine | None = None
    for text, end in _texts(file, encoding):
        if skipped is not None:
            cut = _first_end(text)
            skipped = skipped._replace(length=skipped.length + (len(text) if cut is None else cut))
            if cut is None:
                continue
            yield skipped
            skipped, line, text = None, line + 1, text[cut:]
        text = rest + text
        cut = _last_end(text)
        lines, rest = text[:cut], text[cut:]
        if lines:
            yield from _pieces(lines, line, end, longest)
            line += _count(lines)
        if len(rest) > longest:
            skipped, rest = LongLine(line, rest[:_SHOWN], len(rest)), ""
    if skipped is not None:
        yield skipped
    elif rest:
        yield Block(line, rest, end)


def _texts(file: BinaryIO, encoding: str) -> Iterator[tuple[str, int]]:
    """The file's text bit by bit, and how many bytes it took so far."""
    data = file.read(_CHUNK)
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), encoding)
    codec = codecs.lookup(marked)
    decoder = codecs.getincrementaldecoder(marked)("surrogateescape" if codec.name in _IN_C else _ERRORS)
    end = 0
    while data:
        end += len(data)
        yield decoder.decode(data), end
        data = file.read(_CHUNK)
    yield decoder.decode(b"", final=True), end


def _last_end(text: str) -> int:
    """Where the last line that is surely whole ends: a "\\r" that comes last may have its "\\n" still before it."""
    return max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1


def _first_end(text: str) -> int | None:
    """Where the first line ends, if it does."""
    first = StringIO(text, newline="").readline()
    return len(first) if first.endswith(("\r", "\n")) else None


def _count(text: str) -> int:
    ends = text.count("\n")
    return ends + text.count("\r") - text.count("\r\n") if "\r" in text else ends


def _pieces(text: str, line: int, end: int, longest: int) -> Iterator[Block | LongLine]:
    """A block without the lines in it that are too long, and those."""
    if len(text) <= longest:
        yield Block(line, text, end)
        return
    lines = StringIO(text, newline="").readlines()
    start = 0
    for at, each in enumerate(lines):
        if len(each) > longest:
            if at > start:
                yield Block(line + start, "".join(lines[start:at]), end)
            yield LongLine(line + at, each[:_SHOWN], len(each))
            start = at + 1
    if start < len(lines):
        yield Block(line + start, "".join(lines[start:]), end)


def _as_no_text(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_ERRORS, _as_no_text)
