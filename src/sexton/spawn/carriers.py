"""Processes that carry our mark in their environment, wherever in the process tree they are (proc(5), environ).

Finding one and signalling it are safe against reused pids: a pidfd is opened first, then the environment is read.
A process that another user runs, or that has scrubbed its environment, is not found.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

from sexton.spawn.descendants import proc_is_ours

SWEEPS = 10  # rounds of KILL for what forks while we look
YIELDS = 1000  # how often we let a process go on that is just becoming a program


class Carrier:
    """A living process with our mark: `pid`, `fd` (a pidfd, readable once the process has ended), its environment."""

    __slots__ = ("env", "fd", "pid")

    def __init__(self, pid: int, fd: int, env: dict[str, str]) -> None:
        self.pid = pid
        self.fd = fd
        self.env = env

    def signal(self, signum: int) -> None:
        """Send a signal; a process that has ended meanwhile, or forbids it, is let be."""
        with suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(self.fd, signum)

    def close(self) -> None:
        os.close(self.fd)


def carriers(mark: str) -> Iterator[Carrier]:
    """Every process but this one with all of `mark` (`NAME=value`, several joined by NUL) in its environment.
    The caller closes each."""
    if not proc_is_ours():
        return
    wanted = [part.encode() for part in mark.split("\0")]
    own = os.getpid()
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != own and (found := _carrier(int(name), wanted)) is not None:
            yield found


def kill_carriers(mark: str) -> int:
    """KILL every carrier until a sweep finds none that is new; how many were killed. One descriptor at a time: there
    may be more carriers than descriptors."""
    killed: set[int] = set()
    for _ in range(SWEEPS):
        before = len(killed)
        for carrier in carriers(mark):
            carrier.signal(signal.SIGKILL)
            carrier.close()
            killed.add(carrier.pid)
        if len(killed) == before:  # those found again are dying, and fork no more
            break
    return len(killed)


def _carrier(pid: int, wanted: list[bytes]) -> Carrier | None:
    try:
        fd = os.pidfd_open(pid)
    except OSError:
        return None
    entries = _environ(pid)
    if all(part in entries for part in wanted):
        return Carrier(pid, fd, _readable(entries))
    os.close(fd)
    return None


def _environ(pid: int) -> list[bytes]:
    """What the process's environment was at its start; nothing when it is gone or not ours to see.

    While a process becomes a program (execve(2)) it has a new, still empty environment for some microseconds: no
    sweep may overlook it for that, so it is given time to go on.
    """
    try:
        for _ in range(YIELDS):
            entries = _content(f"/proc/{pid}/environ").split(b"\0")
            if entries != [b""] or _has_none(_content(f"/proc/{pid}/stat")):
                return entries
            os.sched_yield()
    except OSError:
        pass
    return []


def _has_none(stat: bytes) -> bool:
    """Whether proc_pid_stat(5) shows a process that is dead or the kernel's own, without memory, or one that was
    started with an empty environment."""
    fields = stat.rpartition(b")")[2].split()
    vsize, env_start, env_end = fields[23 - 3], fields[50 - 3], fields[51 - 3]
    return vsize == b"0" or env_start == env_end != b"0"


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _readable(entries: list[bytes]) -> dict[str, str]:
    pairs = (os.fsdecode(entry).partition("=") for entry in entries if entry)
    return {name: value for name, _, value in pairs}
