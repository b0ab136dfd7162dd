"""Descendants by parentage: whoever has shed our mark (a scrubbed environment, an overwritten title) is still below us,
since orphans become the children of a subreaper (proc_pid_stat(5), prctl(2)).
"""

import os
import signal
from contextlib import suppress

SWEEPS = 10  # rounds of KILL for what forks while we look


def proc_is_ours() -> bool:
    """Whether /proc speaks of our own PID namespace; in another one's its numbers mean other processes."""
    return os.readlink("/proc/self") == str(os.getpid())


def descendants(ancestor: int) -> set[int]:
    """The pids of every process below `ancestor` that has not ended."""
    if not proc_is_ours():
        return set()
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (parent := _parent(name)) is not None:
            children.setdefault(parent, []).append(int(name))
    found: set[int] = set()
    waiting = [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting += below
    return found


def kill(pids: set[int]) -> None:
    """KILL those of `pids` that still are; another user's are let be."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def kill_descendants(ancestor: int) -> int:
    """KILL everything below `ancestor` until a sweep finds nothing new; how many that were. Nobody else collects our
    children while we look, so no pid can be another process's by then."""
    killed: set[int] = set()
    for _ in range(SWEEPS):
        found = descendants(ancestor)
        kill(found)
        if found <= killed:
            break
        killed |= found
    return len(killed)


def _parent(pid: str) -> int | None:
    """The parent of a process that has not ended; None for zombies and what is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[1])
