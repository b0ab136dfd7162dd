"""What a process has on standard input, where that is not nothing.

Text is a file in memory (memfd_create(2)) that holds all of it at its start: no writer who could block or be waited
for, and nothing on a disk. A process that is fed has a pipe. Loaded for such processes alone.
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


@contextmanager
def feeding() -> Iterator[tuple[int, int]]:
    """A pipe: the end that reads, ours until the block ends, and the one that writes (non-blocking), ours for good
    unless the block fails. Raises SpawnError."""
    try:
        reader, writer = os.pipe2(os.O_CLOEXEC)
    except OSError as error:
        raise SpawnError(f"cannot make a pipe for its standard input: {error.strerror}") from error
    os.set_blocking(writer, False)
    try:
        yield reader, writer
    except BaseException:
        os.close(writer)
        raise
    finally:
        os.close(reader)


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
