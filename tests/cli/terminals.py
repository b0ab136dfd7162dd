"""Consoles for tests: on paper (no terminal) and on a real pseudo-terminal of a given width."""

import fcntl
import io
import os
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager

from sexton.cli.console import Console


def paper(**environ: str) -> Console:
    return Console(io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO(), environ)


@contextmanager
def terminal(columns: int, **environ: str) -> Iterator[Console]:
    """A terminal of that width which wants no colour unless `environ` says so."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    try:
        with open(slave, "w", encoding="utf-8") as out:
            yield Console(out, io.StringIO(), {"NO_COLOR": "1"} | environ)
    finally:
        os.close(master)
