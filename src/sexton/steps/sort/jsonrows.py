"""Rows of JSON lines: an object in each line, whose members are the columns; one that is not there is a missing value.

Numbers keep the digits that they are written with. A value of the wrong type is a fault, though a string may say what a
cell of CSV says.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from sexton.config.steps.tableschema import Schema
from sexton.steps.sort.batch import Batch, Misread
from sexton.steps.sort.blocks import Block, LongLine
from sexton.steps.sort.csvrows import may_be_odd
from sexton.steps.sort.faults import Fault

_TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "year": (int,),
    "object": (dict,),
    "array": (list,),
    "any": (bool, int, float, dict, list),
}
_IGNORE_UNKNOWN = ("subset", "partial")


class Exact(float):
    """A number with a fraction or an exponent, which knows how it was written."""

    def __new__(cls, text: str) -> "Exact":
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str


class JsonRows:
    """Rows of one file, in the order of the schema's fields."""

    def __init__(self, schema: Schema) -> None:
        self._fields = schema.fields
        self._names = frozenset(field.name for field in schema.fields)
        self._strict = schema.match not in _IGNORE_UNKNOWN

    def read(self, blocks: Iterable[Block | LongLine]) -> Iterator[Batch | Misread]:
        for block in blocks:
            if isinstance(block, LongLine):
                yield block.misread()
            else:
                yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Batch | Misread]:
        lines = StringIO(block.text, newline="").readlines()
        rows: list[Sequence[str | None]] = []
        at: list[int] = []
        faults: dict[int, list[Fault]] = {}
        for number, line in enumerate(lines):
            if not line.strip(" \t\r\n"):
                continue
            try:
                row, wrong = self._row(_read(line))
            except (ValueError, RecursionError) as error:
                fault = Fault("is no JSON object", detail=str(error))
                yield Misread(block.line + number, line.rstrip("\r\n"), fault)
                continue
            if wrong:
                faults[len(rows)] = wrong
            rows.append(row)
            at.append(number)
        numbers = [block.line + number for number in at]
        odd = may_be_odd(block.text) or "\\u" in block.text
        yield Batch(rows, numbers, lambda row: lines[at[row]].rstrip("\r\n"), faults, odd, block.end)

    def _row(self, found: dict[str, Any]) -> tuple[Sequence[str | None], list[Fault]]:
        row: list[str | None] = []
        faults: list[Fault] = []
        for field in self._fields:
            value = found.get(field.name)
            text = value if isinstance(value, str) else _text(value, field.type)
            if value is not None and text is None:
                faults.append(Fault(f"is no {field.type}", field.name, json.dumps(value, ensure_ascii=False)))
            row.append(text)
        if self._strict and not found.keys() <= self._names:
            unknown = sorted(found.keys() - self._names)
            faults.append(Fault("has a member that the schema does not have", unknown[0]))
        return row, faults


def _read(line: str) -> dict[str, Any]:
    """Raises ValueError or RecursionError."""
    found = json.loads(line, parse_float=Exact, parse_constant=_no_number)
    if not isinstance(found, dict):
        raise ValueError("another value")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _text(value: Any, type_: str) -> str | None:
    """What a cell of CSV would have for a value that is no string; None where that is none of the type."""
    if value is None or (isinstance(value, bool) and bool not in _TYPES.get(type_, ())):
        return None
    if not isinstance(value, _TYPES.get(type_, ())):
        return None
    if isinstance(value, Exact):
        return value.text
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
