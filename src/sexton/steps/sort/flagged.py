"""The rows that were not good, as a file for a person: a line of CSV for each reason.

Its columns: file, line, column, value, reason, and row, the text of the whole row as it stood in the file, beside its
first reason only, so that all that was flagged is there once. What is no text is written as \\xff or \\ud800.
"""

from collections.abc import Iterable, Sequence

from sexton.steps.drafts import Draft, Drafts
from sexton.steps.quoting import quoted
from sexton.steps.sort.faults import Fault

HEADER = "file,line,column,value,reason,row\n"
_VALUE = 1000  # characters


class Flagged:
    """Begins its file with the first row that is flagged: good files have none."""

    def __init__(self, drafts: Drafts, name: str) -> None:
        self._drafts = drafts
        self._name = name
        self.draft: Draft | None = None

    def flag(self, line: int, faults: Sequence[Fault], raw: str) -> None:
        draft = self.draft = self.draft or self._begin()
        rows = [raw, *[""] * (len(faults) - 1)]
        for fault, row in zip(faults, rows, strict=True):
            draft.write(self._line(line, fault, row))

    def _begin(self) -> Draft:
        draft = self._drafts.begin(self._name)
        draft.write(HEADER)
        return draft

    def _line(self, line: int, fault: Fault, row: str) -> str:
        value = fault.value if len(fault.value) <= _VALUE else f"{fault.value[:_VALUE]}…"
        reason = f"{fault.reason}: {fault.detail}" if fault.detail else fault.reason
        return ",".join(_cells((self._name, str(line), fault.column, value, reason, row))) + "\n"


def _cells(texts: Iterable[str]) -> Iterable[str]:
    return (quoted(_readable(text)) if text else "" for text in texts)


def _readable(text: str) -> str:
    """Bytes that were no text are written with their number, and so are NUL and halves of pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "".join(_escaped(character) for character in text)
    return text.replace("\0", "\\x00")


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC00 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if 0xD800 <= code <= 0xDFFF else character
