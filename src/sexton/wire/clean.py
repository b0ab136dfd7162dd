"""Text from elsewhere → text that a terminal may show: no control characters, no escape sequences (ECMA-48),
no direction overrides (Unicode's bidi controls), so that a job's name or output can neither move the cursor nor
set a title nor pretend to be another line.

Invariant: newline and tab are the only control characters that ever come out, and from `clean` not even those.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

_STRING_LIMIT = 4096  # an unfinished control string longer than this is shown as text

# Compiled, and then kept by `re`, when a text wants them: most are plain, and a command of a moment never needs them.
_SEQUENCE = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x08\x0a-\x1f\x80-\x9f]*(?:\x07|\x1b\\|\x9c)?"  # OSC and kin: titles
    r"|\x1b[ -/]*[0-~]?"  # two-character escapes
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
_UNFINISHED = (
    r"(?:(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,64}"
    rf"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x08\x0a-\x1f\x80-\x9f]{{0,{_STRING_LIMIT}}}\x1b?"
    r"|\x1b[ -/]{0,64})\Z"
)
_ENDS = "[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+"  # what str.splitlines takes for the end of a line
_INTRODUCERS = "\x1b\x90\x98\x9b\x9d\x9e\x9f"


def strip(text: str) -> str:
    """`text` without control sequences and characters; newlines and tabs stay."""
    return re.sub(_SEQUENCE, "", text)


def clean(value: Any) -> Any:
    """A JSON value with every string in it, keys too, stripped and on one line."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else re.sub(r"[\n\t]+", " ", strip(value))
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return value


def one_line(text: str, limit: int) -> str:
    """`text` stripped, whatever ends a line a blank, runs of blanks one; what cannot be UTF-8 is `?`; at most `limit`
    characters, the last of them an ellipsis where something was cut off."""
    line = " ".join(strip(re.sub(_ENDS, " ", text)).split()).encode("utf-8", "replace").decode()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


class Stripper:
    """`strip` for bytes that arrive in pieces: UTF-8 (what is not becomes U+FFFD), a sequence that a piece cuts in
    two is still recognised. Holds back at most one unfinished sequence."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def feed(self, data: bytes, *, final: bool = False) -> str:
        """The next piece's text; `final` gives up what was held back."""
        text = self._held + self._decoder.decode(data, final)
        unfinished = None if final else self._find_unfinished(text)
        cut = len(text) if unfinished is None else unfinished
        self._held = text[cut:]
        return strip(text[:cut])

    @staticmethod
    def _find_unfinished(text: str) -> int | None:
        start = max(map(text.rfind, _INTRODUCERS))
        if start > 0 and text[start] == "\x1b" and start == len(text) - 1:
            # A last ESC may be the half of the terminator of a string that began earlier.
            start = max(max(text.rfind(mark, 0, start) for mark in _INTRODUCERS), 0)
            match = re.match(_UNFINISHED, text[start:])
            return start if match else len(text) - 1
        return start if start >= 0 and re.match(_UNFINISHED, text[start:]) else None
