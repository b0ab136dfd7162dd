"""Locks that a git process left behind when it was killed: the file NAME.lock beside what it was about to write.

One is removed only when it is old, and no process works in its repository; git is asked first, and names it.
"""

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

from sexton.model.units import SECOND, Duration

_EXISTS = re.compile(r"Unable to create '([^'\n]+\.lock)': File exists")


def lock_in(said: str) -> str | None:
    """The lock that git stumbled over, by what it says."""
    found = _EXISTS.search(said)
    return found[1] if found else None


def removed(lock: str, folders: Sequence[str], stale_after: Duration) -> bool:
    """Whether the lock was a stale one in one of these repositories, and is gone now."""
    real = os.path.realpath(lock)
    folder = next((each for each in folders if real.startswith(os.path.realpath(each) + "/")), None)
    if folder is None:
        return False
    with suppress(FileNotFoundError):
        age = time.time() - os.lstat(real).st_mtime
        if age < stale_after / SECOND or any(_works_in(os.path.realpath(folder), pid) for pid in _others()):
            return False
        os.unlink(real)
    return True


def _others() -> Iterator[str]:
    mine = str(os.getpid())
    return (pid for pid in os.listdir("/proc") if pid.isdigit() and pid != mine)


def _works_in(folder: str, pid: str) -> bool:
    """Whether a process is in the folder, or has a file of it open; of those that we may not look into, nobody can
    tell (proc(5))."""
    with suppress(OSError):
        if _is_below(os.readlink(f"/proc/{pid}/cwd"), folder):
            return True
        for number in os.listdir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                if _is_below(os.readlink(f"/proc/{pid}/fd/{number}"), folder):
                    return True
    return False


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")
