"""The step `archive`: files that are done with go to a dated folder, and what has been there long enough goes.

It comes after what delivers: each file must still be as the manifest has it, or nothing is moved. Invariant: no file
is ever in neither place, whatever dies; and nothing is deleted that this step did not put there.
"""

import os
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from sqlite3 import Connection
from typing import NamedTuple

from sexton.config.steps.archive import Options
from sexton.model.units import Instant
from sexton.steps.archive import emptied, ledger
from sexton.steps.archive.move import move, moved_before, verify
from sexton.steps.archive.retention import Telling, tidy
from sexton.steps.durable import sync_folder
from sexton.steps.ledgers import ledger as opened
from sexton.steps.lines import Lines
from sexton.steps.manifest import Entry, Manifest
from sexton.steps.parts import Parts
from sexton.steps.placing import Placed
from sexton.steps.troubles import told
from sexton.steps.work import Work


def run(options: Options, work: Work) -> Manifest:
    lines = Lines()
    with (
        told("archive"),
        opened(work.home, "archive", ledger.TABLES) as db,
        closing(Parts(db, work.home, work.run or work.folder)) as parts,
    ):
        parts.clear(own=True)
        moved = _Moving(options, work, lines, db, parts).all(work.input.files)
        tidy(db, step_of(work), options, Telling(lines, work.report), _now())
    lines.end()
    return Manifest(moved)


def step_of(work: Work) -> str:
    """Which of a job's steps this is: the name of its folder without the number, which changes with its neighbours."""
    return os.path.basename(work.folder).partition("-")[2]


class _Moving(NamedTuple):
    options: Options
    work: Work
    lines: Lines
    db: Connection
    parts: Parts

    def all(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """Move them, when every one of them is as it was handed on."""
        there = [verify(entry, self.options.to) for entry in entries]
        moved = tuple(self._one(entry, still) for entry, still in zip(entries, there, strict=True))
        for folder in {os.path.dirname(entry.path) for entry in entries}:
            with suppress(FileNotFoundError, NotADirectoryError):  # gone with its last file
                sync_folder(folder)
        return moved

    def _one(self, entry: Entry, still: bool) -> Entry:
        placed = (None if still else moved_before(entry, self.options.to)) or self._put(entry)
        if placed.stayed:
            self.lines.say("stayed", entry.name, f"where it was, as {placed.path}")
            self.work.report.count(stayed=1)
        else:
            ledger.renew(self.db, placed.path, step_of(self.work), _now())
            self.lines.say("archived", entry.name, f"as {placed.path}" + ("" if placed.fresh else ", which was there"))
            self.work.report.count(archived=1)
        return entry._replace(path=placed.path, name=placed.name)

    def _put(self, entry: Entry) -> Placed:
        found = os.lstat(entry.path)
        folder = os.path.abspath(self.options.to)

        def note(path: str) -> None:
            row = ledger.Row(path, step_of(self.work), folder, found.st_size, found.st_mtime_ns, _now())
            ledger.write(self.db, row)

        placed = move(entry, folder, self.parts, note)
        if not placed.stayed:
            emptied.remove(os.path.dirname(entry.path), entry.path.removesuffix("/" + entry.name))
        return placed


def _now() -> Instant:
    return time.time_ns() // 1000
