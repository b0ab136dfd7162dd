"""What a run that was lost with its Sexton has left of its steps: the records of those that are done.

The files are steps/conductor/folder.py's, and may be another user's: whatever is there, this reads no more than regular
files of a few kilobytes. Loaded when such a run is found.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from sexton.model.step import StepRecord, StepState
from sexton.wire.step_record import LONGEST, meant

_CAREFUL = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # O_NONBLOCK: a FIFO must not hold us up


def steps_done(folder: str, owner: str, names: Sequence[str]) -> list[StepRecord]:
    """The records of the first steps that are done, and of the one after them that had begun; nothing where the folder
    is not that of `owner`."""
    records: list[StepRecord] = []
    if _read(os.path.join(folder, "of")) != owner:
        return records
    for number, name in enumerate(names, 1):
        place = os.path.join(folder, f"{number:02}-{name}")
        record = _record(_read(place + ".done"))
        if record is None:
            return [*records, *_begun(place, number, name)]
        records.append(record)
    return records


def _record(text: str) -> StepRecord | None:
    """The first line is the definition's digest."""
    try:
        return meant(text.partition("\n")[2])
    except ValueError:
        return None


def _begun(place: str, number: int, name: str) -> list[StepRecord]:
    try:
        found = os.lstat(place)
    except OSError:
        return []
    return [StepRecord(number, name, 1, int(found.st_ctime * 1_000_000), StepState.LOST)]


def _read(path: str) -> str:
    """A file's text, or nothing."""
    try:
        file = os.open(path, _CAREFUL)
    except OSError:
        return ""
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return ""
        return os.pread(file, LONGEST + 100, 0).decode(errors="replace")
    finally:
        os.close(file)
