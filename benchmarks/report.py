"""What a run of the benchmarks found, as tables to read and as JSON.

Sexton's figures come first in each row; a limit is an upper bound for them alone. The text is Markdown with its
columns aligned, so that it can be read in a terminal and kept in docs/benchmarks.md.
"""

import json
import os
import platform
from collections.abc import Sequence
from typing import NamedTuple

NOT_MEASURED = "–"


class Row(NamedTuple):
    """One figure for each peer of the table, in the table's order; None where there is none to compare with."""

    what: str
    unit: str
    figures: tuple[float | None, ...]
    limit: float | None = None

    @property
    def over(self) -> bool:
        """Whether Sexton's figure is beyond its limit."""
        mine = self.figures[0]
        return self.limit is not None and mine is not None and mine > self.limit


class Table(NamedTuple):
    title: str
    peers: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def machine() -> dict[str, object]:
    """What the figures depend on and may be told."""
    return {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version()}


def missed(tables: Sequence[Table]) -> list[Row]:
    return [row for table in tables for row in table.rows if row.over]


def as_json(tables: Sequence[Table]) -> str:
    return json.dumps({"machine": machine(), "tables": [_plain(table) for table in tables]}, indent=2)


def as_text(tables: Sequence[Table]) -> str:
    return "\n\n".join(map(_text, tables))


def _plain(table: Table) -> dict[str, object]:
    return {**table._asdict(), "rows": [{**row._asdict(), "over": row.over} for row in table.rows]}


def _text(table: Table) -> str:
    limited = any(row.limit is not None for row in table.rows)
    head = ["", "unit", *table.peers, *(["limit", ""] if limited else [])]
    rows = [_cells(row, limited) for row in table.rows]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [_line(head, widths), _rule(widths), *(_line(row, widths) for row in rows)]
    return "\n".join([f"### {table.title}", "", *lines, *(["", *table.notes] if table.notes else [])])


def _cells(row: Row, limited: bool) -> list[str]:
    cells = [row.what, row.unit, *map(_number, row.figures)]
    return [*cells, _number(row.limit), _verdict(row)] if limited else cells


def _verdict(row: Row) -> str:
    if row.limit is None:
        return ""
    return "over" if row.over else "met"


def _number(value: float | None) -> str:
    """Three digits that matter, and none beyond the second decimal."""
    if value is None:
        return NOT_MEASURED
    if value == int(value):
        return str(int(value))
    return f"{value:.{2 if abs(value) < 10 else 1 if abs(value) < 1000 else 0}f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    words, numbers = zip(cells[:2], widths[:2], strict=True), zip(cells[2:], widths[2:], strict=True)
    padded = [*(cell.ljust(width) for cell, width in words), *(cell.rjust(width) for cell, width in numbers)]
    return f"| {' | '.join(padded)} |"


def _rule(widths: Sequence[int]) -> str:
    """Markdown's second line; a colon at the end aligns a column to the right."""
    return f"|{'|'.join('-' * (width + 2) if n < 2 else '-' * (width + 1) + ':' for n, width in enumerate(widths))}|"
