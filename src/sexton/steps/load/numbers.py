"""Cells that become numbers in SQLite: truth values, and whole numbers that have to fit in 64 bit.

By the types that columns are declared with (sqlite.org/datatype3.html, 3.1). SQLite itself would keep a longer whole
number as a floating one, whose last digits are others.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from sexton.steps.names import shown

_LOGICAL = {"true": 1, "false": 0}
_SHORT = 18  # characters of a number that fits for sure
_WHOLE = re.compile(r"\s*([+-]?)([0-9]+)\s*")
_LARGEST = 2**63 - 1
_DIGITS = 19  # of the largest

Cells = tuple[str | None, ...]
Values = tuple[str | int | None, ...]


class Columns(NamedTuple):
    """The names of a file's columns, and which of them are of truth values, and of whole numbers."""

    names: tuple[str, ...]
    logical: tuple[int, ...]
    whole: tuple[int, ...]

    def fault(self, cells: Cells) -> str | None:
        """What is wrong with a row, in words."""
        for place in self.whole:
            cell = cells[place]
            if cell is not None and len(cell) > _SHORT and _is_too_long(cell):
                return f"{shown(cell)} in the column {shown(self.names[place])} is no whole number of 64 bit"
        return None

    def values(self, cells: Cells) -> Values:
        if not self.logical:
            return cells
        values: list[str | int | None] = list(cells)
        for place in self.logical:
            cell = cells[place]
            values[place] = cell if cell is None else _LOGICAL.get(cell, cell)
        return tuple(values)


def columns_of(names: tuple[str, ...], types: Mapping[str, str]) -> Columns:
    """By the declared types, in capitals, of columns in small letters."""
    declared = [types.get(name.lower(), "") for name in names]
    logical = (place for place, type_ in enumerate(declared) if "BOOL" in type_)
    return Columns(names, tuple(logical), tuple(place for place, type_ in enumerate(declared) if "INT" in type_))


def _is_too_long(cell: str) -> bool:
    match = _WHOLE.fullmatch(cell)
    if match is None:
        return False
    sign, digits = match[1], match[2].lstrip("0") or "0"
    return len(digits) > _DIGITS or int(digits) > _LARGEST + (sign == "-")
