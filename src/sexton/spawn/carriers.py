"""Processes that carry our mark in their environment, wherever in the process tree they are (proc(5), environ).

Finding one and signalling it are safe against reused pids: a pidfd is opened first, then the environment is read.
A process that another user runs, or that has scrubbed its environment, is not found.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

SWEEPS = 10  # rounds of KILL for what forks while we look


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
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            entries = file.read().split(b"\0")
    except OSError:
        entries = []
    if all(part in entries for part in wanted):
        return Carrier(pid, fd, _readable(entries))
    os.close(fd)
    return None


def _readable(entries: list[bytes]) -> dict[str, str]:
    pairs = (os.fsdecode(entry).partition("=") for entry in entries if entry)
    return {name: value for name, _, value in pairs}
