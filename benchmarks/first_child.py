"""How long a container waits for its first process: from the daemon's start to its first child's first instruction.

The bare Python does nothing but start the child, and so is the floor. All take turns, so that what else the machine
does hits them alike. supervisord polls once, for up to a second, before it starts anything.
"""

from collections.abc import Callable
from pathlib import Path

from benchmarks import daemons, stamp
from benchmarks.peers import Peers
from benchmarks.process import Observed
from benchmarks.report import Row, Table
from benchmarks.stats import median

LIMIT = 80.0  # milliseconds
TURNS = 30

JOB = '[jobs.first]\nschedule = "@reboot"\ncommand = ["/bin/date", "+%s%N"]\n'
PROGRAM = """\
[program:first]
command = /bin/date +%%s%%N
startsecs = 0
autorestart = false
stdout_logfile = /dev/fd/1
stdout_logfile_maxbytes = 0
"""
CODE = f"import os; os.waitpid(os.posix_spawn({stamp.ARGV[0]!r}, {stamp.ARGV!r}, os.environ), 0)"


def measure(peers: Peers, home: Path) -> Table:
    sexton, again, supervisord, python = [], [], [], []
    for turn in range(TURNS):
        mine, theirs, bare = (home / f"{turn}-{name}" for name in ("sexton", "supervisord", "python"))
        sexton.append(_once(mine, lambda folder: daemons.sexton(peers, folder, JOB)))
        supervisord.append(_once(theirs, lambda folder: daemons.supervisord(peers, folder, PROGRAM)))
        python.append(_once(bare, lambda folder: daemons.python(peers, folder, CODE)))
        again.append(_once(mine, lambda folder: daemons.sexton(peers, folder, JOB)))
    firsts = (sexton, supervisord, python)
    rows = (
        Row("first start, median", "ms", tuple(map(median, firsts)), LIMIT),
        Row("first start, fastest", "ms", tuple(map(min, firsts))),
        Row("first start, slowest", "ms", tuple(map(max, firsts))),
        Row("later start, median", "ms", (median(again), None, None), LIMIT),
        Row("later start, fastest", "ms", (min(again), None, None)),
        Row("later start, slowest", "ms", (max(again), None, None)),
    )
    notes = ("A later start finds the state that an earlier one left.",)
    title = f"From a daemon's start to its first child ({TURNS} starts)"
    return Table(title, ("Sexton", "supervisord", "bare Python"), rows, notes)


def _once(folder: Path, start: Callable[[Path], Observed]) -> float:
    """Milliseconds from just before the daemon's fork until its child reads the clock."""
    folder.mkdir(exist_ok=True)
    with start(folder) as daemon:
        return (stamp.heard(daemon) - daemon.began) / stamp.MS
