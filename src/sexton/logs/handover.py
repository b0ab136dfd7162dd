"""Logs from one image of Sexton to the next: files and pumps get numbers, by which they know each other again.

Loaded when Sexton is replaced in place, and never before. Invariant: whatever has an open pipe or file has its number,
and the pump of standard error's own pipe has a lower one than the pump beside which it stands.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from sexton.logs.appender import Appender
from sexton.model.handover import CLOSED, FileLeft, PumpLeft

if TYPE_CHECKING:
    from sexton.logs.pump import RunLog


class Leaving:
    """Gives the numbers. `shared` are the files that all who name their path share."""

    def __init__(self, shared: Container[Appender]) -> None:
        self.files: list[FileLeft] = []
        self.pumps: list[PumpLeft] = []
        self._shared = shared
        self._numbers: dict[RunLog | Appender, int] = {}

    def number(self, log: RunLog) -> int:
        """The number of a log, which it gets when it has none."""
        if log not in self._numbers:
            self._add(log if log.whole is None else log.whole)
        return self._numbers[log]

    def _add(self, log: RunLog) -> None:
        if log.beside is not None and log.beside not in self._numbers:
            self._add(log.beside)
        errors = None if log.beside is None else self._numbers[log.beside]
        self.pumps.append(log.leave_behind(self._number_of_file(log.file), errors))
        self._numbers[log] = len(self.pumps) - 1

    def _number_of_file(self, file: Appender) -> int:
        if file not in self._numbers:
            self.files.append(file.leave_behind(shared=file in self._shared))
            self._numbers[file] = len(self.files) - 1
        return self._numbers[file]


def descriptors(files: Iterable[FileLeft], pumps: Iterable[PumpLeft]) -> list[int]:
    """All that have to stay open."""
    return [fd for fd in (*(file.fd for file in files), *(pump.pipe for pump in pumps)) if fd != CLOSED]
