"""The child that tells the time: date(1) prints the wall clock in nanoseconds, and here it is read again.

Nothing that starts faster prints a clock on every system; its start-up of about a millisecond is in all figures.
"""

import re

from benchmarks.process import Observed

ARGV = ("/bin/date", "+%s%N")
MS = 1_000_000  # nanoseconds
_STAMP = re.compile(r"\d{19}")


def parse(line: str) -> int | None:
    """Nanoseconds since 1970, or None for a line that is something else."""
    return int(line) if _STAMP.fullmatch(line) else None


def heard(process: Observed) -> int:
    """The next time that a child told. Raises RuntimeError when none comes."""
    while (stamp := parse(process.line())) is None:
        pass
    return stamp
