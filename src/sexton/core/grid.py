"""Reading a life table that is laid out as a grid: happenings down, states across, one word a cell."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)
Happening = TypeVar("Happening", bound=StrEnum)
Move = TypeVar("Move")


def read_grid(
    grid: str, states: type[State], happenings: type[Happening], moves: Mapping[str, Move]
) -> dict[tuple[State, Happening], Move]:
    """The grid as a mapping; a state, happening or move that does not exist is a ValueError or KeyError."""
    head, *rows = (line.split() for line in grid.strip().splitlines())
    columns = [states(word) for word in head]
    table = {}
    for happening, *cells in rows:
        for state, cell in zip(columns, cells, strict=True):
            table[state, happenings(happening)] = moves[cell]
    return table
