"""Variables that hold secrets, taken out of our own environment: from `os.environ`, and from what the kernel shows of
the start in /proc/PID/environ (proc_pid_environ(5)), which is memory of ours and is overwritten in place.

Invariant: nothing but the values of the named variables is written over. Why it is done so:
docs/adr/0010-secrets-in-the-environment.md.
"""

import os
from collections.abc import Iterable, Iterator

_ENV_START, _ENV_END = 50 - 3, 51 - 3  # fields of proc_pid_stat(5), counted after the name in parentheses


def forget(names: Iterable[str]) -> str | None:
    """Forget the variables; why /proc still shows those that were there at our start, or None."""
    known = [os.fsencode(name) for name in names]
    for name in known:
        os.environb.pop(name, None)
    try:
        _overwrite(known)
    except OSError as error:
        return error.strerror
    return None


def _overwrite(names: list[bytes]) -> None:
    with open("/proc/self/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    start, end = int(fields[_ENV_START]), int(fields[_ENV_END])
    with open("/proc/self/mem", "r+b", buffering=0) as memory:
        memory.seek(start)
        for at, length in _values(memory.read(end - start), names):
            memory.seek(start + at)
            memory.write(bytes(length))


def _values(block: bytes, names: list[bytes]) -> Iterator[tuple[int, int]]:
    """Where in the block the values of the variables begin, and how long each is."""
    at = 0
    for entry in block.split(b"\0"):
        name, equals, value = entry.partition(b"=")
        if equals and name in names:
            yield at + len(name) + 1, len(value)
        at += len(entry) + 1
