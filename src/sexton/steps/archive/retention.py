"""What has been in the archive long enough, or is one too many, goes."""

import os
from sqlite3 import Connection
from typing import NamedTuple

from sexton.config.steps.archive import Options
from sexton.model.units import Instant
from sexton.steps.archive import emptied, ledger
from sexton.steps.lines import Lines
from sexton.steps.work import Report


class Telling(NamedTuple):
    """Who hears what was deleted."""

    lines: Lines
    report: Report


def tidy(db: Connection, step: str, options: Options, telling: Telling, now: Instant) -> None:
    """Delete files of `step` beyond `keep_for` and `keep`, but none that is not as it was put there."""
    for row in ledger.outdated(db, step, ledger.cutoff(now, options.keep_for), options.keep):
        if row.holds:
            os.unlink(row.path)
            telling.lines.say("deleted", row.path)
            telling.report.count(deleted=1)
            emptied.remove(os.path.dirname(row.path), row.folder)
        elif os.path.lexists(row.path):
            telling.lines.say("left", row.path, "which is not as it was put there")
        ledger.strike(db, row.path)
