"""What a front door makes of one file's text: tables as TOML would give them, and what it found wrong with the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.config.where import Where

if TYPE_CHECKING:
    from sexton.model.supervisord import Supervisord


class Remark(NamedTuple):
    """Something to say of a line, from 1; 0 is the whole file. `file` is empty for the page's own."""

    line: int
    message: str
    file: str = ""


class Page(NamedTuple):
    """`data` are the tables, references not replaced; None when there is nothing to be had. With `problems`, tables
    may be missing from it. `files` are those that the front door has read besides, by rules of its own; `supervisord`
    is what only a supervisord.conf says, and `lost` what of that TOML has no words for."""

    data: dict[str, Any] | None
    places: Where
    problems: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    files: tuple[str, ...] = ()
    supervisord: Supervisord | None = None
    lost: tuple[str, ...] = ()
