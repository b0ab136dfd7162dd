"""The file that is delivered: read once, block by block, and compared on the way with what the manifest says of it."""

import os
import stat
from collections.abc import Iterator
from io import FileIO

from sexton.steps.deliver.place import BLOCK
from sexton.steps.errors import StepError
from sexton.steps.manifest import Entry


def blocks(entry: Entry) -> Iterator[bytes]:
    """All of it. Raises StepError after the last block, if it was not what it was when it was handed on."""
    from hashlib import sha256

    digest = sha256()
    with _opened(entry) as file:
        while block := file.read(BLOCK):
            digest.update(block)
            yield block
    if digest.hexdigest() != entry.sha256:
        raise _changed(entry)


def _opened(entry: Entry) -> FileIO:
    try:
        descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise StepError(f"cannot deliver {entry.name}: {error.strerror} ({entry.path})") from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size != entry.size:
        os.close(descriptor)
        raise _changed(entry)
    return os.fdopen(descriptor, "rb", buffering=0)


def _changed(entry: Entry) -> StepError:
    return StepError(f"cannot deliver {entry.name}: it is not what it was when it was handed on ({entry.path})")
