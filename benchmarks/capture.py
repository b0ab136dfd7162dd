"""How fast output becomes a log: a child writes 200 MB to its pipe, and every byte has to be in the file.

The floor is the same child piped into `cat > file`. The clock runs from just before the child's first byte until the
log has its last, which somebody who looks every 2 ms sees. All take turns on the same disk, and no log
outlives its turn, so that none has to wait for what another one wrote. A row's limit is a multiple of cat's time.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks import daemons, proc
from benchmarks.peers import Peers
from benchmarks.process import PATIENCE, Observed
from benchmarks.report import Row, Table
from benchmarks.stats import median

BYTES = 200_000_000
TURNS = 9
LIMIT = 1.25  # 80 % of cat's speed
MIB = 1024 * 1024
MS = 1_000_000  # nanoseconds, as everything here until the table
LOOK = 0.002  # seconds; looking oftener takes the cores from those who are measured

# It says when it begins in a file of its own, since its output is what is measured.
CHILD = f"date +%s%N > began; exec head -c {BYTES} /dev/zero"
JOB = """\
[jobs.flood]
schedule = "@reboot"
command  = "%s"
shell    = true
log      = { max_size = "%s", relay = "off" }
"""
PROGRAM = f"""\
[program:flood]
command = /bin/sh -c '{CHILD.replace("%", "%%")}'
directory = {{home}}
startsecs = 0
autorestart = false
stdout_logfile = {{home}}/out.log
stdout_logfile_maxbytes = 0
"""


class Captured(NamedTuple):
    """Nanoseconds that it took, and bytes of the daemon's memory at its highest (None: no daemon)."""

    took: int
    peak: int | None


def measure(peers: Peers, home: Path) -> Table:
    starts: dict[str, Callable[[Path], Observed]] = {
        "whole": lambda folder: daemons.sexton(peers, folder, JOB % (CHILD, "0")),
        "supervisord": lambda folder: daemons.supervisord(peers, folder, PROGRAM.format(home=folder)),
        "cat": lambda folder: Observed(["/bin/sh", "-c", f"({CHILD}) | cat > out.log"], folder),
        "rotated": lambda folder: daemons.sexton(peers, folder, JOB % (CHILD, "25MB")),
    }
    found: dict[str, list[Captured]] = {name: [] for name in starts}
    for turn in range(TURNS):
        for name, start in starts.items():
            folder = home / f"{turn}-{name}"
            folder.mkdir()
            with start(folder) as process:
                found[name].append(_capture(folder, process if name != "cat" else None))
            for log in _logs(folder):
                log.unlink()
    return _table(found)


def _table(found: dict[str, list[Captured]]) -> Table:
    took = {name: median([each.took for each in captured]) / MS for name, captured in found.items()}
    peak = {name: max(each.peak or 0 for each in captured) / MIB for name, captured in found.items()}
    whole = (took["whole"], took["supervisord"], took["cat"])
    rows = (
        Row("into one file", "ms", whole),
        Row("into one file, times cat", "", tuple(each / took["cat"] for each in whole), LIMIT),
        Row("rotated at 25 MB, times cat", "", (took["rotated"] / took["cat"], None, None), LIMIT),
        Row("peak memory", "MiB", (max(peak["whole"], peak["rotated"]), peak["supervisord"], None)),
    )
    title = f"Capture of {BYTES // 1_000_000} MB of output (median of {TURNS})"
    return Table(title, ("Sexton", "supervisord", "`cat > file`"), rows)


def _capture(folder: Path, daemon: Observed | None) -> Captured:
    """One flood. Raises RuntimeError when the log does not get every byte in time."""
    end = _until_whole(folder)
    began = int((folder / "began").read_text("ascii"))
    return Captured(end - began, proc.peak(daemon.pid) if daemon else None)


def _until_whole(folder: Path) -> int:
    """When the log had its last byte."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        held = sum(_size(log) for log in _logs(folder))
        if held == BYTES:
            return time.time_ns()
        time.sleep(LOOK)
    raise RuntimeError(f"cannot measure the capture: the log in {folder} never had all {BYTES} bytes")


def _logs(folder: Path) -> list[Path]:
    return [*folder.glob("out.log"), *folder.glob("log/jobs/flood/*.log*")]


def _size(log: Path) -> int:
    try:
        return log.stat().st_size
    except FileNotFoundError:  # it was rotated at this moment
        return 0
