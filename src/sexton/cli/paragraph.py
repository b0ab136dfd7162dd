"""Sentences on a terminal: broken between words where it is narrow, in one line where there is none."""

from __future__ import annotations

from collections.abc import Iterator

from sexton.cli.console import Console


def paragraph(text: str, console: Console, *, first: str = "", style: str = "") -> Iterator[str]:
    """The lines of `text`; `first` stands before it, and further lines are set in as far."""
    text = text.replace("…", console.ellipsis)
    if console.width is None:
        yield console.paint(first + text, style)
        return
    from textwrap import wrap

    width = max(console.width, len(first) + 20)
    inset = " " * len(first)
    lines = wrap(
        text, width, initial_indent=first, subsequent_indent=inset, break_on_hyphens=False, break_long_words=False
    )
    yield from (console.paint(line, style) for line in lines)
