"""Rows of CSV as the step `sort` writes it, cell by cell: nothing between two commas is None, `""` an empty string.

RFC 4180, with "\\n" or "\\r\\n" at the ends of lines. Python's csv module cannot tell the two kinds of nothing apart.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sexton.steps.errors import StepError

_LONGEST = 100_000_000  # characters of a row
_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|$)')


class Row(NamedTuple):
    """One row, and the number of its first line, from 1."""

    line: int
    cells: tuple[str | None, ...]


def rows(lines: Iterable[str]) -> Iterator[Row]:
    """Of lines with their ends. Raises StepError naming the line for a row that is none."""
    begun, text = 1, ""
    for number, line in enumerate(lines, 1):
        text += line
        if len(text) > _LONGEST:
            raise StepError(f"cannot read line {begun}: it is longer than {_LONGEST:,} characters")
        if text.count('"') % 2 == 0:
            yield Row(begun, cells(text.rstrip("\r\n"), begun))
            begun, text = number + 1, ""
    if text:
        raise StepError(f"cannot read line {begun}: a quote is opened in it, and never closed")


def cells(text: str, line: int) -> tuple[str | None, ...]:
    if '"' not in text:
        return tuple(cell or None for cell in text.split(","))
    found: list[str | None] = []
    place = 0
    while True:
        match = _CELL.match(text, place)
        if match is None:
            raise StepError(f"cannot read line {line}: its quotes are not those of RFC 4180")
        quoted, bare, end = match.groups()
        found.append(bare or None if quoted is None else quoted.replace('""', '"'))
        place = match.end()
        if not end:
            return tuple(found)
