"""Text on a process's standard input: a file in memory (memfd_create(2)) that holds all of it at its start.

So there is no writer who could block or be waited for, and nothing on a disk. Loaded for processes that have such text.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sexton.model.errors import SpawnError


@contextmanager
def holding(text: str) -> Iterator[int]:
    """A descriptor that reads `text` from its beginning, ours until the block ends. Raises SpawnError."""
    stdin = _hold(os.fsencode(text))
    try:
        yield stdin
    finally:
        os.close(stdin)


def _hold(content: bytes) -> int:
    try:
        stdin = os.memfd_create("stdin", os.MFD_CLOEXEC)
        try:
            if os.pwrite(stdin, content, 0) < len(content):
                raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        except OSError:
            os.close(stdin)
            raise
    except OSError as error:
        raise SpawnError(f"cannot hold its standard input: {error.strerror}") from error
    return stdin
