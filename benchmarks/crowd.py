"""Many jobs at once: two hundred due in the same second, and the first child of a plan of ten thousand.

The bare Python starts as many processes in a row and records nothing, and so is the floor of the first; they take
turns, so that they meet the same machine. Its own start is the floor of the second. Sexton has each claim on its disk
before it starts the process.
"""

from pathlib import Path

from benchmarks import daemons, proc, stamp
from benchmarks.peers import Peers
from benchmarks.report import Row, Table
from benchmarks.stats import median

CROWD = 200
EVERY = 5  # seconds between two crowds: the last one has long ended
TURNS = 6
LAST = 150.0  # milliseconds after the due second
MANY = 10_000
FIRST = 1_200.0  # milliseconds
MEMORY = 60.0  # MB

_DATE = 'command = ["/bin/date", "+%s%N"]\n'
CODE = f"""
import os, time
began = time.time_ns()
pids = [os.posix_spawn({stamp.ARGV[0]!r}, {stamp.ARGV!r}, os.environ) for _ in range({CROWD})]
for pid in pids:
    os.waitpid(pid, 0)
"""


def crowd() -> str:
    jobs = (f'[jobs.job-{n}]\nschedule = "*/{EVERY} * * * * *"\n{_DATE}' for n in range(CROWD))
    return "max_parallel = 1000\n" + "".join(jobs)


def many() -> str:
    jobs = (f'[jobs.job-{n}]\nschedule = "{n % 60} {n // 60 % 24} 1 1 *"\n{_DATE}' for n in range(MANY))
    return f'[jobs.first]\nschedule = ["@reboot", "@every 3s"]\n{_DATE}' + "".join(jobs)


def measure(peers: Peers, home: Path) -> Table:
    mine, bare = _crowds(peers, home)
    first, memory = _first_of_many(peers, home)
    rows = (
        Row(f"last of {CROWD} after the due second, median", "ms", (median(mine), median(bare)), LAST),
        Row(f"last of {CROWD}, slowest", "ms", (max(mine), max(bare))),
        Row(f"{MANY} jobs: first child, median", "ms", (median(first), None), FIRST),
        Row(f"{MANY} jobs: memory", "MB", (memory, None), MEMORY),
    )
    return Table(f"Crowds ({TURNS} turns)", ("Sexton", "bare Python"), rows)


def _crowds(peers: Peers, home: Path) -> tuple[list[float], list[float]]:
    """Milliseconds until the last of a crowd read the clock."""
    folder = home / "crowd"
    folder.mkdir()
    mine, bare = [], []
    with daemons.sexton(peers, folder, crowd()) as sexton:
        for _ in range(TURNS):
            stamps = [stamp.heard(sexton) for _ in range(CROWD)]
            due = stamps[0] // (EVERY * 1000 * stamp.MS) * (EVERY * 1000 * stamp.MS)
            mine.append((max(stamps) - due) / stamp.MS)
            bare.append(_bare_crowd(peers, home))
    return mine, bare


def _bare_crowd(peers: Peers, home: Path) -> float:
    with daemons.python(peers, home, CODE) as python:
        stamps = [stamp.heard(python) for _ in range(CROWD)]
    return (max(stamps) - min(stamps)) / stamp.MS


def _first_of_many(peers: Peers, home: Path) -> tuple[list[float], float]:
    """Milliseconds from the start to the first child, and the most memory (MB) that any of the daemons had by the time
    of the second, when all jobs are known."""
    first, memory = [], 0.0
    for turn in range(TURNS):
        folder = home / f"many-{turn}"
        folder.mkdir()
        with daemons.sexton(peers, folder, many()) as sexton:
            first.append((stamp.heard(sexton) - sexton.began) / stamp.MS)
            stamp.heard(sexton)
            memory = max(memory, proc.peak(sexton.pid) / 1e6)
    return first, memory
