"""Opening what must be a regular file: nobody knows when the opening of a pipe, or its reading, would end."""

import os
import stat
from io import FileIO


def opened(path: str) -> FileIO:
    """To be read, in bytes. Raises OSError, also where it is no regular file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(22, "not a regular file", path)
    return FileIO(descriptor)


def text_of(path: str, largest: int) -> str:
    """All of a text in UTF-8. Raises OSError, and ValueError where it is none, or has more than `largest` bytes."""
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size > largest:
            raise ValueError(f"it has more than {largest:,} bytes")
        return file.readall().decode()
