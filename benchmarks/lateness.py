"""How late a job starts: from the due instant to its process's first instruction.

Sexton's job is due at each full second; its start is recorded on the disk before the process is started. The floor,
a bare Python that sleeps and starts the same process without any record, takes its turns at the half seconds of the
same time, so that the two meet the same machine and not each other. supervisord has no jobs to compare with.
"""

from collections.abc import Sequence
from pathlib import Path

from benchmarks import daemons, stamp
from benchmarks.peers import Peers
from benchmarks.report import Row, Table
from benchmarks.stats import median, percentile

FIRINGS = 40
SECOND = 1_000_000_000  # nanoseconds, as everything here until the table

JOB = '[jobs.each-second]\nschedule = "@every 1s"\ncommand = ["/bin/date", "+%s%N"]\n'
CODE = f"""
import os, time
due = time.time_ns() // {SECOND} * {SECOND} + {SECOND} // 2
while True:
    due += {SECOND}
    time.sleep((due - time.time_ns()) / {SECOND})
    os.waitpid(os.posix_spawn({stamp.ARGV[0]!r}, {stamp.ARGV!r}, os.environ), 0)
"""


def measure(peers: Peers, home: Path) -> Table:
    mine, bare = home / "sexton", home / "python"
    mine.mkdir()
    bare.mkdir()
    with daemons.sexton(peers, mine, JOB) as sexton, daemons.python(peers, bare, CODE) as python:
        stamps = [(stamp.heard(sexton), stamp.heard(python)) for _ in range(FIRINGS)]
    both = lateness([first for first, _ in stamps], 0), lateness([second for _, second in stamps], SECOND // 2)
    rows = (
        Row("median", "ms", tuple(median(late) / stamp.MS for late in both)),
        Row("p99", "ms", tuple(percentile(late, 99) / stamp.MS for late in both)),
    )
    return Table(f"Start after the due instant ({FIRINGS} firings)", ("Sexton", "bare Python"), rows, NOTES)


NOTES = (f"Of {FIRINGS} firings the 99th percentile is the latest. Sexton's start is durable first, the other's not.",)


def lateness(stamps: Sequence[int], phase: int) -> list[int]:
    """How long after its due instant each start came. Due once a second, `phase` after the full second.

    Raises ValueError when the starts are not one in each second: then some start was later than a second, or was
    left out, and nothing can be said about the others.
    """
    first = (stamps[0] - phase) // SECOND
    late = [stamp - phase - (first + n) * SECOND for n, stamp in enumerate(stamps)]
    if not all(0 <= each < SECOND for each in late):
        raise ValueError("cannot tell how late the starts came: they are not one in each second; is the machine busy?")
    return late
