"""The keys that bound a process: umask, nice, no_new_privs and limits → the fields of a Process.

Units are the kernel's (getrlimit(2)): bytes, which may be written as a size, seconds for `cpu`, else counts. What the
machine does not grant shows at the start of the process, which then fails and says so.
"""

from collections.abc import Callable
from typing import Any

from sexton.config.table import Table
from sexton.config.values import Unfit, found, shown, size, text, whole
from sexton.model.process import UNLIMITED, Bounds, Limit

_BYTES = ("as", "core", "data", "fsize", "memlock", "msgqueue", "rss", "stack")
_COUNTS = ("cpu", "nofile", "nproc", "rtprio", "rttime", "sigpending")
BOUNDS = ("memory", "pids")
LIMITS = tuple(sorted((*_BYTES, *_COUNTS, *BOUNDS)))

_LEAST = {"nofile": 4, "stack": 2**20}  # room for the three that every process begins with, and for Sexton at the fork
_MOST = 2**63 - 1
_LEAST_MEMORY = 10**6
_MOST_PIDS = 2**22  # /proc/sys/kernel/pid_max goes no further


def read_limits(table: Table) -> tuple[Limit, ...]:
    """The table `limits`, in the order in which it was written."""
    limits = table.below("limits", "a table such as { nofile = 4096, core = 0 }")
    if limits is None:
        return ()
    limits.only(LIMITS, {}, "limit")
    read = (limits.read(name, _limit(name), None) for name in limits.data if name in _BYTES + _COUNTS)
    return tuple(limit for limit in read if limit is not None)


def read_bounds(table: Table) -> Bounds | None:
    """What the table `limits` bounds for a process and all that it starts together."""
    limits = table.below("limits", "a table such as { nofile = 4096, core = 0 }")
    if limits is None or not any(name in limits for name in BOUNDS):
        return None
    return Bounds(
        limits.read("memory", _memory, None),
        limits.read("pids", whole(1, _MOST_PIDS, f"a number of processes from 1 to {_MOST_PIDS}"), None),
    )


def umask(value: Any) -> int:
    """The bits that a new file does not get, from octal digits (umask(2))."""
    if not isinstance(value, str):
        raise Unfit(f'{found(value)}; octal digits in quotes such as "022" are meant')
    if not 1 <= len(value) <= 4 or value.strip("01234567") or int(value, 8) > 0o777:
        raise Unfit(f'{shown(value)} is no umask; octal digits from "000" to "777" are meant')
    return int(value, 8)


def _memory(value: Any) -> int:
    bytes_ = value if isinstance(value, int) and not isinstance(value, bool) else size("512MB")(value)
    if not _LEAST_MEMORY <= bytes_ <= _MOST:
        raise Unfit(f'{shown(value)} is out of range; a size from "1MB" is meant')
    return bytes_


def _limit(name: str) -> Callable[[Any], Limit | None]:
    def convert(value: Any) -> Limit:
        if not isinstance(value, list):
            return Limit(name, _bound(name, value))
        if name == "stack":
            raise Unfit("a program keeps the hard limit it began with; the soft one alone is meant")
        if len(value) != 2:
            raise Unfit(f"a list of {len(value)}; [soft, hard] is meant")
        soft, hard = (_bound(name, each) for each in value)
        if hard != UNLIMITED and (soft == UNLIMITED or soft > hard):
            raise Unfit("the soft limit is above the hard one; write [soft, hard]")
        return Limit(name, soft, hard)

    return convert


def _bound(name: str, value: Any) -> int:
    if value == "unlimited":
        return UNLIMITED
    if name in _BYTES and isinstance(value, str):
        value = size("64MB")(text(value))
    if not isinstance(value, int) or isinstance(value, bool):
        kinds = 'bytes, a size such as "64MB"' if name in _BYTES else "a whole number such as 1024"
        raise Unfit(f'{found(value)}; {kinds}, "unlimited", or a list [soft, hard] is meant')
    least = _LEAST.get(name, 0)
    if not least <= value <= _MOST:
        raise Unfit(f'{value} is out of range; a whole number from {least}, or "unlimited", is meant')
    return value
