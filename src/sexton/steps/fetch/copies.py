"""Whether a file that was fetched still is what it was: a regular one with that very content.

A link is no copy, wherever it leads, for the steps that files are handed on to take none.
"""

import os
import stat
from contextlib import suppress

from sexton.steps.digest import sha256_of
from sexton.steps.manifest import Entry


def is_intact(entry: Entry) -> bool:
    with suppress(OSError):
        return stat.S_ISREG(os.lstat(entry.path).st_mode) and sha256_of(entry.path) == (entry.size, entry.sha256)
    return False
