"""What something costs that starts processes and waits for their end: time, and CPU time of all of them.

The time is what a person waits for; the CPU time is the same whoever else is busy, and so tells two ways apart on a
machine that is not calm.
"""

import resource
import time
from collections.abc import Callable
from typing import NamedTuple


class Spent(NamedTuple):
    """Both in milliseconds; `cpu` in user mode and in the kernel."""

    wall: float
    cpu: float


def spent(do: Callable[..., object], *given: object) -> Spent:
    cpu, began = _cpu(), time.monotonic()
    do(*given)
    return Spent((time.monotonic() - began) * 1000, (_cpu() - cpu) * 1000)


def _cpu() -> float:
    """Seconds, of children that have ended and were waited for, with theirs (getrusage(2))."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
