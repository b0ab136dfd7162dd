"""What the kernel and the interpreter say about a process: proc(5) and `python -X importtime`, parsed.

The `parse_…` functions are pure; the others read /proc of a living process and change nothing in it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

KIB = 1024
_EXTENSION = re.compile(r"/(\w+)\.(?:cpython-[^/]+|abi3)\.so$")


class Memory(NamedTuple):
    """Bytes: resident pages, and those of them that no other process shares."""

    resident: int
    private: int


def memory(pid: int) -> Memory:
    """From smaps_rollup: exact, where the counters of /proc/PID/status may lag behind by some pages per core."""
    return parse_memory(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))


def parse_memory(rollup: str) -> Memory:
    sizes = {name: int(size) * KIB for name, size in re.findall(r"^(\w+):\s+(\d+) kB$", rollup, re.MULTILINE)}
    return Memory(sizes["Rss"], sizes["Private_Clean"] + sizes["Private_Dirty"])


def peak(pid: int) -> int:
    """Bytes that were resident when that was most."""
    return parse_peak(Path(f"/proc/{pid}/status").read_text("utf-8", "replace"))


def parse_peak(status: str) -> int:
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise ValueError("no VmHWM in /proc/PID/status: the process has no memory of its own")
    return int(found[1]) * KIB


def wakeups(pid: int) -> dict[int, int]:
    """Voluntary context switches so far of each thread: how often it went to sleep, and so how often it woke."""
    statuses = Path(f"/proc/{pid}/task").glob("*/status")
    return {int(status.parent.name): parse_wakeups(status.read_text("utf-8", "replace")) for status in statuses}


def parse_wakeups(status: str) -> int:
    found = re.search(r"^voluntary_ctxt_switches:\s+(\d+)$", status, re.MULTILINE)
    if found is None:
        raise ValueError("no voluntary_ctxt_switches in /proc/PID/status: this kernel does not count them")
    return int(found[1])


def since(before: dict[int, int], after: dict[int, int]) -> int:
    """Wake-ups between two readings; a thread that came in between counts in full."""
    return sum(count - before.get(thread, 0) for thread, count in after.items())


def extensions(pid: int) -> set[str]:
    """Names of the extension modules that the process has mapped."""
    return parse_extensions(Path(f"/proc/{pid}/maps").read_text("utf-8", "surrogateescape").splitlines())


def parse_extensions(maps: Iterable[str]) -> set[str]:
    return {found[1] for line in maps if (found := _EXTENSION.search(line))}


def parse_importtime(text: str) -> list[str]:
    """Modules in the order in which their import ended, from what `-X importtime` wrote between other lines."""
    return re.findall(r"^import time:\s+\d+ \|\s+\d+ \|\s+(\S+)$", text, re.MULTILINE)
