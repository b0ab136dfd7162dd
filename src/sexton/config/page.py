"""What a front door makes of one file's text: tables as TOML would give them, and what it found wrong with the text."""

from typing import Any, NamedTuple

from sexton.config.where import Where


class Remark(NamedTuple):
    """Something to say of a line, from 1; 0 is the whole file."""

    line: int
    message: str


class Page(NamedTuple):
    """`data` are the tables, references not replaced; None when there is nothing to be had. With `problems`, tables
    may be missing from it."""

    data: dict[str, Any] | None
    places: Where
    problems: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
