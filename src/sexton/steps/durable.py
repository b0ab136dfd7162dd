"""Files that are whole or not there, whatever dies in between.

Invariant: a name that `write` gave a file has all of its text, on the disk, by the time that it returns.
"""

import os
from contextlib import suppress

from sexton.steps.troubles import Writing


def write(path: str, text: str, mode: int = 0o600) -> None:
    """Write `text` under `path` in one go, in place of what may be there. Raises OSError."""
    begun = path + ".begun"
    with suppress(FileNotFoundError):
        os.unlink(begun)  # a writer before us died there
    file = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with Writing(os.path.dirname(path)), open(file, "w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.rename(begun, path)
    sync_folder(os.path.dirname(path))


def sync_folder(folder: str) -> None:
    """Make the names in a folder durable, as fsync(2) of a file does not. Raises OSError."""
    opened = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
