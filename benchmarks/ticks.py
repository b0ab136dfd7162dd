"""How late a tick is: from the clock's multiple of five seconds to when a listener has read the event's header.

The same listener under both, at the same time; the next tick finds it READY. supervisord looks at the clock once a
second, whenever that second happens to begin.
"""

from pathlib import Path

from benchmarks import daemons, stamp
from benchmarks.peers import Peers
from benchmarks.process import Observed
from benchmarks.report import Row, Table
from benchmarks.stats import median, percentile

TICKS = 12
LIMIT = 10.0  # milliseconds
PERIOD = 5_000_000_000  # nanoseconds

CODE = """\
import sys, time
while print("READY", flush=True) or (line := sys.stdin.readline()):
    now = time.time_ns()
    sys.stdin.read(int(line.rsplit(":", 1)[1]))
    print(now, file=sys.stderr, flush=True)
    print("RESULT 2\\nOK", end="", flush=True)
"""
LISTENER = '[listeners.ear]\ncommand = ["{python}", "-I", "{code}"]\nevents = "TICK_5"\n'
SECTION = """\
[eventlistener:ear]
command = {python} -I {code}
events = TICK_5
stderr_logfile = /dev/fd/1
stderr_logfile_maxbytes = 0
"""


def measure(peers: Peers, home: Path) -> Table:
    code = home / "ear.py"
    code.write_text(CODE, "utf-8")
    mine, theirs = home / "sexton", home / "supervisord"
    mine.mkdir()
    theirs.mkdir()
    names = {"python": peers.sexton / "python", "code": code}
    with (
        daemons.sexton(peers, mine, LISTENER.format(**names)) as sexton,
        daemons.supervisord(peers, theirs, SECTION.format(**names)) as supervisord,
    ):
        late = _lateness(sexton), _lateness(supervisord)
    rows = (
        Row("median", "ms", tuple(map(median, late)), LIMIT),
        Row("latest", "ms", tuple(percentile(each, 100) for each in late), LIMIT),
    )
    return Table(f"A tick, from its boundary to the listener ({TICKS} of TICK_5)", ("Sexton", "supervisord"), rows)


def _lateness(daemon: Observed) -> list[float]:
    """Of each tick, in milliseconds."""
    return [stamp.heard(daemon) % PERIOD / stamp.MS for _ in range(TICKS)]
