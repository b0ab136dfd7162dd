"""The least child that tells the time: benchmarks/stamp.c, compiled, and what its processes have said so far.

It has no start-up of its own: hardly more than fork and exec is in a figure. Its records are whole:
each is written at once, and shorter than a pipe cuts (pipe(7), PIPE_BUF).
"""

import os
import select
import struct
from pathlib import Path
from typing import NamedTuple

from benchmarks.process import PATIENCE
from tools.command import EX_UNAVAILABLE, give_up, quietly, works

_RECORD = struct.Struct("=qq")
_SOURCE = Path(__file__).with_name("stamp.c")


class Stamp(NamedTuple):
    """A process, and the reading of CLOCK_MONOTONIC, in nanoseconds, that was its first act."""

    pid: int
    at: int


class Stamps:
    """Compiles the child as `program` into `home`. Exits with 69 without a C compiler."""

    def __init__(self, home: Path) -> None:
        if not works(["cc", "--version"]):
            give_up(EX_UNAVAILABLE, "missing: a C compiler, cc; as root: apt-get install gcc libc6-dev")
        place, self.program = home / "stamps", home / "stamp"
        os.mkfifo(place)
        quietly(["cc", "-O2", "-static", "-nostartfiles", f'-DPLACE="{place}"', "-o", self.program, _SOURCE])
        self._place = os.open(place, os.O_RDWR)  # a reader that also writes never sees the end

    def __enter__(self) -> "Stamps":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._place)

    def heard(self) -> Stamp:
        """The next record. Raises RuntimeError when none comes."""
        if not select.select([self._place], [], [], PATIENCE)[0]:
            raise RuntimeError(f"cannot go on: no process was started within {PATIENCE:g} s")
        return Stamp(*_RECORD.unpack(os.read(self._place, _RECORD.size)))
