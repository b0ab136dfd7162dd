"""Collecting the dead: every process that has ended, ours and the orphans that became ours alike (wait4(2)).

Linux counts a process's peak memory from the fork, when it still was a copy of us: it is never below our own.
"""

import os
from collections.abc import Iterator

from sexton.model.run import Exit


def reap() -> Iterator[tuple[int, Exit]]:
    """Every process that can be collected now, without waiting."""
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, _exit(status, int((usage.ru_utime + usage.ru_stime) * 1_000_000), usage.ru_maxrss * 1024)


def _exit(status: int, cpu: int, max_rss: int) -> Exit:
    code = os.waitstatus_to_exitcode(status)
    return Exit(code, None, cpu, max_rss) if code >= 0 else Exit(None, -code, cpu, max_rss)
