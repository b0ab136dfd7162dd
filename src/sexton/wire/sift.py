"""Bytes without what nobody sees: control sequences (ECMA-48), control characters, and the characters of no width of
Unicode. What stands in the midst of a secret so must not hide it from us, for whoever shows the text takes it out.

Line ends and tabs are seen. Invariant: each byte that is left can be found again where it was.
"""

import re
from bisect import bisect_right
from functools import cache
from typing import NamedTuple

MOST = 4096  # bytes of one sequence

_UNSEEN = (
    rb"(?=[\x00-\x08\x0b-\x1f\x7f\xc2\xd8\xe2\xef])(?:"
    rb"(?:\x1b\[|\xc2\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    rb"|(?:\x1b[\]PX^_]|\xc2[\x90\x98\x9d-\x9f])[^\x00-\x08\x0a-\x1f]{0,4096}(?:\x07|\x1b\\|\xc2\x9c)?"  # OSC: titles
    rb"|\x1b[ -/]*[0-~]?"
    rb"|[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f\xad]|\xd8\x9c"
    rb"|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf)"
)
_BEGUN = rb"(?:\xc2|\xd8|\xe2[\x80\x81]?|\xef\xbb?|\x1b[ -/]{0,50}|(?:\x1b\[|\xc2\x9b)[0-?]{0,50}[ -/]{0,10})\Z"
_LONGEST_BEGUN = 62
_FIRST = bytes({*range(9), *range(11, 32), 0x7F, 0xC2, 0xD8, 0xE2, 0xEF})  # with which any of it begins


class Sifted(NamedTuple):
    """What is seen; `offsets` are places in it before which something was, `gaps` how many bytes up to there in all."""

    seen: bytes
    offsets: list[int]
    gaps: list[int]

    def place(self, offset: int) -> int:
        """Where the byte at `offset` was."""
        before = bisect_right(self.offsets, offset)
        return offset + (self.gaps[before - 1] if before else 0)


@cache
def _unseen() -> re.Pattern[bytes]:
    """Compiled when it is first wanted: that takes longer than most steps of a job print."""
    return re.compile(_UNSEEN)


@cache
def _begun() -> re.Pattern[bytes]:
    return re.compile(_BEGUN)


def may_hide(data: bytes) -> bool:
    """Whether there may be anything that is not seen: many times faster than to look for it."""
    return len(data.translate(None, _FIRST)) != len(data)


def sift(data: bytes) -> Sifted:
    offsets: list[int] = []
    gaps: list[int] = []
    gone = 0
    for found in _unseen().finditer(data):
        offsets.append(found.start() - gone)
        gone += len(found[0])
        gaps.append(gone)
    return Sifted(_unseen().sub(b"", data), offsets, gaps)


def seen_of(data: bytes) -> bytes:
    """What is seen, as `sift` has it, without the places."""
    return _unseen().sub(b"", data)


def unseen_in(data: bytes) -> bytes:
    return b"".join(_unseen().findall(data))


def begun_at(data: bytes) -> int:
    """Where something begins at the end of `data` that may not be complete; its length where nothing does."""
    found = _begun().search(data, max(0, len(data) - _LONGEST_BEGUN))
    return len(data) if found is None else found.start()
