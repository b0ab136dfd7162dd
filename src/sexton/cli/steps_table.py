"""The steps of a run as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sexton.cli.console import Console
from sexton.cli.describe import STYLES, progress
from sexton.cli.table import Cell, Column, render
from sexton.model.views import HandedView, StepView
from sexton.wire import spans
from sexton.wire.clean import clean

_COLUMNS = (
    Column("STEP", least=8),
    Column("OUTCOME"),
    Column("ATTEMPT", right=True),
    Column("TOOK", right=True),
    Column("GIVEN", right=True),
    Column("HANDED ON", right=True),
    Column("", least=12),
)


def table(steps: Sequence[StepView], console: Console) -> Iterator[str]:
    """A line for each step and attempt of it, then what steps have put on record, whose lines stay lines."""
    yield from render(_COLUMNS, [_row(clean(step)) for step in steps], console)
    for step in steps:
        for name, text in step["summaries"].items():
            first, *more = map(clean, text.splitlines() or [""])
            yield f"{clean(step['name'])}, {clean(name)}: {first}"
            yield from (f"  {line}" for line in more)


def _row(step: StepView) -> list[Cell]:
    return [
        Cell(f"{step['number']} {step['name']}"),
        Cell(step["state"], STYLES.get(step["state"], "")),
        Cell(str(step["attempt"])),
        Cell(spans.took(step["seconds"])),
        Cell(_handed(step["input"])),
        Cell(_handed(step["output"])),
        Cell(_said(step)),
    ]


def _said(step: StepView) -> str:
    """Why it failed, how far it is, or what it has counted."""
    if step["reason"]:
        return step["reason"]
    if step["progress"] is not None:
        return progress(step["progress"])
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in step["counts"].items())


def _handed(handed: HandedView | None) -> str:
    """`3 files, 1,200 rows`."""
    if handed is None or not handed["files"]:
        return ""
    files = f"{handed['files']:,} file{'' if handed['files'] == 1 else 's'}"
    return files if handed["rows"] is None else f"{files}, {handed['rows']:,} rows"
