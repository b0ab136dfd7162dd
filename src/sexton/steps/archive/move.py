"""One file to its place in the archive, on whatever file system that is: it is never in neither place.

What was moved already, by an attempt that died, is found there again.
"""

import errno
import os
import shutil
import stat
from collections.abc import Callable

from sexton.steps.alias import is_one_name
from sexton.steps.digest import sha256_of
from sexton.steps.errors import StepError
from sexton.steps.manifest import Entry
from sexton.steps.names import numbered
from sexton.steps.parts import Parts
from sexton.steps.placing import Placed, place
from sexton.steps.troubles import Writing

_NUMBERS = 1000


def verify(entry: Entry, folder: str) -> bool:
    """Whether the file is where it was, as the manifest has it; False: it is in the archive already. StepError:
    neither, so that nothing may be moved."""
    try:
        found = os.lstat(entry.path)
    except FileNotFoundError:
        if moved_before(entry, folder) is None:
            raise StepError(f"cannot archive {entry.name}: it is gone ({entry.path})") from None
        return False
    if not stat.S_ISREG(found.st_mode):
        raise StepError(f"cannot archive {entry.name}: it is no regular file ({entry.path})")
    if (found.st_size, sha256_of(entry.path)[1]) != (entry.size, entry.sha256):
        raise StepError(f"cannot archive {entry.name}: it has changed since it was delivered ({entry.path})")
    return True


def moved_before(entry: Entry, folder: str) -> Placed | None:
    """Where in the archive its content lies under its name, or under that with a number."""
    for number in range(1, _NUMBERS):
        name = numbered(entry.name, number)
        path = os.path.join(os.path.abspath(folder), name)
        if not os.path.lexists(path):
            return None
        found = os.lstat(path)
        if stat.S_ISREG(found.st_mode) and found.st_size == entry.size and sha256_of(path)[1] == entry.sha256:
            return Placed(path, name, fresh=False)
    return None


def move(entry: Entry, folder: str, parts: Parts, note: Callable[[str], None]) -> Placed:
    """Raises StepError, OSError."""
    try:
        return place(entry.path, folder, entry.name, entry.sha256, note=note)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    placed = _copy(entry, folder, parts, note)
    if is_one_name(placed.path, entry.path):
        return placed._replace(stayed=True)
    os.unlink(entry.path)
    return placed


def _copy(entry: Entry, folder: str, parts: Parts, note: Callable[[str], None]) -> Placed:
    path = parts.path(folder, entry.path)
    with Writing(folder), open(parts.open_anew(path, ""), "wb") as copy, open(entry.path, "rb") as original:
        shutil.copyfileobj(original, copy, 1 << 20)
        copy.flush()
        shutil.copystat(entry.path, path)
        os.fsync(copy.fileno())
        if sha256_of(path) != (entry.size, entry.sha256):
            raise StepError(f"cannot archive {entry.name}: its copy is not the same ({path}); is the disk sound?")
        placed = place(path, folder, entry.name, entry.sha256, note=note)
    parts.forget(path)
    return placed
