"""How a step that runs by hand goes: progress on a terminal's last line, counts and summaries at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from sexton.cli.console import Console
from sexton.steps.manifest import Manifest
from sexton.wire.clean import clean

_PAUSE = 0.25  # seconds between two looks of the last line


class ByHand:
    """Implements sexton.steps.work.Report. Progress is shown where standard error is a terminal."""

    def __init__(self, step: str, console: Console) -> None:
        self.counts: dict[str, int] = {}
        self.summaries: dict[str, str] = {}
        self._step = step
        self._paint = console.paint
        self._shows = sys.stderr.isatty()
        self._shown = 0.0

    def progress(self, done: int, total: int | None, unit: str) -> None:
        now = time.monotonic()
        if self._shows and now - self._shown >= _PAUSE:
            self._shown = now
            of = f" of {total:,}" if total is not None else ""
            print(f"\r\x1b[K{self._step}: {done:,}{of} {clean(unit)}", end="", file=sys.stderr, flush=True)

    def count(self, **counts: int) -> None:
        for name, number in counts.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def summary(self, name: str, text: str) -> None:
        self.summaries[name] = text

    def end(self) -> None:
        """Leave the last line empty."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def lines(self, handed: Manifest) -> Iterator[str]:
        """What a person is told at the end."""
        counted = [f"{number:,} {name.replace('_', ' ')}" for name, number in self.counts.items()]
        files = f"{len(handed.files):,} file{'' if len(handed.files) == 1 else 's'} handed on"
        yield f"{self._step}: done; {', '.join([*counted, files])}"
        for name, text in self.summaries.items():
            first, *more = text.splitlines() or [""]
            yield f"{name}: {first}"
            yield from (f"  {line}" for line in more)
