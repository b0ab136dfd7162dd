r"""A line of `\.` is a row like any other, but PostgreSQL takes it for the end of all data (15 does), and says nothing.

Quoted it is what it is, so it is quoted on the way. Nothing is looked at closely before the first line that begins with
a backslash; files that have none are searched for one character, which costs nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

_MARK = re.compile(rb"\\\.(?=\r?\n)")
_BEGUN = (b"\\", b"\\.", b"\\.\r")  # the beginning of such a line, of which the rest is still to come


def without_end_marks(chunks: Iterator[bytes], is_quoted: Callable[[int], bool]) -> Iterator[bytes]:
    """The same rows; `is_quoted` tells whether a quote is open after so many bytes of all the chunks."""
    passed, is_start = 0, True
    for chunk in chunks:
        if b"\\" in chunk and (b"\n\\" in chunk or (is_start and chunk.startswith(b"\\"))):
            yield from _closely(chain((chunk,), chunks), is_quoted(passed), is_start)
            return
        yield chunk
        passed += len(chunk)
        is_start = chunk.endswith(b"\n")


def _closely(chunks: Iterable[bytes], quoted: bool, is_start: bool) -> Iterator[bytes]:
    """`quoted`: a quote is open where the first chunk begins; `is_start`: it begins a line."""
    held = b""
    for chunk in chunks:
        text = held + chunk
        line = text.rfind(b"\n", -len(_BEGUN[-1]) - 1) + 1
        end = line if text[line:] in _BEGUN and (line or is_start) else len(text)
        pieces, quoted = _pieces(text, end, quoted, is_start)
        yield b"".join(pieces)
        is_start = text[end - 1 : end] == b"\n" if end else is_start
        held = text[end:]
    yield held


def _pieces(text: bytes, end: int, quoted: bool, is_start: bool) -> tuple[list[bytes], bool]:
    """The text up to `end`, and whether a quote is open then."""
    pieces, done = [], 0
    for match in _MARK.finditer(text):
        at = match.start()
        if text[at - 1 : at] == b"\n" if at else is_start:
            quoted ^= text.count(b'"', done, at) % 2 == 1
            pieces += [text[done:at], match[0] if quoted else b'"%b"' % match[0]]
            done = match.end()
    pieces.append(text[done:end])
    return pieces, quoted ^ (text.count(b'"', done, end) % 2 == 1)
