"""Files → attachments, within a bound for all of them together. What is cut or missing is said, and fails nothing: a
mail without its attachment is better than no mail."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import NamedTuple

from sexton.mail.compose import Attachment

_TEXT = (".log", ".txt")  # of these the end is worth having


class Attached(NamedTuple):
    files: list[Attachment]
    remarks: list[str]


def collect(paths: Iterable[tuple[str, str]], limit: int) -> Attached:
    """Each (path, name), with no more than `limit` bytes in all. Of a text that is too long the end is attached."""
    attached = Attached([], [])
    for path, name in paths:
        try:
            size = _size(path)
            if size > limit and not name.endswith(_TEXT):
                attached.remarks.append(f"Not attached: {name} has {size:,} bytes, and there is room for {limit:,}.")
                continue
            data = read_end(path, limit)
        except OSError as error:
            attached.remarks.append(f"Not attached: {name} cannot be read ({error.strerror or error}).")
            continue
        if len(data) < size:
            attached.remarks.append(f"Of {name} only the last {len(data):,} of {size:,} bytes are attached.")
        attached.files.append(Attachment(name, data))
        limit -= len(data)
    return attached


def read_end(path: str, most: int) -> bytes:
    """The last `most` bytes of a regular file, and nothing of what it grows by meanwhile. Raises OSError."""
    with open(path, "rb", opener=_opener) as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - most))
        return file.read(min(most, size))


def _opener(path: str, flags: int) -> int:
    """A FIFO or a terminal would keep us waiting."""
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "it is no regular file")
    return descriptor


def _size(path: str) -> int:
    return os.stat(path).st_size
