"""Rows of cells → aligned lines: two spaces between columns, nothing at the end of a line.

On a terminal that is too narrow the widest of the columns that may shrink give way, down to their least width, and
what they lose is marked by an ellipsis. Invariant: without a width nothing is ever cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sexton.cli.console import Console

GAP = "  "


class Cell(NamedTuple):
    """A text with the style that it is shown in."""

    text: str
    style: str = ""


class Column(NamedTuple):
    """A column's title; `right` aligns numbers; `least` is how narrow it may become (None: never narrower)."""

    title: str
    right: bool = False
    least: int | None = None


def render(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], console: Console) -> Iterator[str]:
    """The header's line, then one line for each row."""
    header = [Cell(column.title, "bold") for column in columns]
    table = [header, *rows]
    widths = [max(width(row[place].text) for row in table) for place in range(len(columns))]
    if console.width is not None:
        _shrink(widths, columns, console.width - len(GAP) * (len(columns) - 1))
    for row in table:
        yield _line(row, columns, widths, console)


def _line(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], console: Console) -> str:
    filled = len(row)
    while filled and not row[filled - 1].text:
        filled -= 1
    parts = []
    for place in range(filled):
        text = shorten(row[place].text, widths[place], console.ellipsis)
        pad = " " * (widths[place] - width(text))
        painted = console.paint(text, row[place].style)
        last = place == filled - 1
        parts.append(pad + painted if columns[place].right else painted if last else painted + pad)
    return GAP.join(parts)


def _shrink(widths: list[int], columns: Sequence[Column], room: int) -> None:
    least = [widths[place] if column.least is None else column.least for place, column in enumerate(columns)]
    for place, column in enumerate(columns):
        if column.least is not None:
            widths[place] = min(widths[place], max(room, column.least))
    while sum(widths) > room:
        spare, place = max((widths[place] - least[place], place) for place in range(len(widths)))
        if spare <= 0:
            return
        widths[place] -= 1


def width(text: str) -> int:
    """Columns that `text` takes on a terminal: East Asian wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_width_of(character) for character in text)


def _width_of(character: str) -> int:
    from unicodedata import combining, east_asian_width

    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def shorten(text: str, room: int, ellipsis: str) -> str:
    """`text` in at most `room` columns; the ellipsis stands for what was cut."""
    if width(text) <= room:
        return text
    kept, used = "", len(ellipsis)
    for character in text:
        used += width(character)
        if used > room:
            break
        kept += character
    return (kept.rstrip() + ellipsis)[:room]
