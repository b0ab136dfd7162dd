"""How often a daemon wakes when nothing is due: voluntary context switches of all its threads.

Each wake-up costs every other tenant of the machine; a daemon that is told of everything needs none. Counting
begins once both have done what belongs to their start.
"""

import time
from pathlib import Path

from benchmarks import daemons, proc
from benchmarks.idle import JOBS, PROGRAMS, SETTLE
from benchmarks.peers import Peers
from benchmarks.report import Row, Table

LIMIT = 0.0
SECONDS = 30


def measure(peers: Peers, home: Path) -> Table:
    mine, theirs = home / "sexton", home / "supervisord"
    mine.mkdir()
    theirs.mkdir()
    with daemons.sexton(peers, mine, JOBS) as sexton, daemons.supervisord(peers, theirs, PROGRAMS) as supervisord:
        sexton.until(daemons.SEXTON_UP)
        supervisord.until(daemons.SUPERVISORD_UP)
        time.sleep(SETTLE)
        counts = _count(sexton.pid, supervisord.pid)
    row = Row(f"wake-ups in {SECONDS} s", "", counts, LIMIT)
    return Table("Wake-ups when nothing is due", ("Sexton", "supervisord"), (row,))


def _count(*pids: int) -> tuple[float, ...]:
    before = [proc.wakeups(pid) for pid in pids]
    time.sleep(SECONDS)
    return tuple(proc.since(first, proc.wakeups(pid)) for first, pid in zip(before, pids, strict=True))
