"""`cwd = "~"`: the process starts in its user's home, as cron(8) starts the jobs of /etc/crontab."""

import os

from sexton.config.identity import read_home
from sexton.config.table import Table

_ROOT = "/"


def home_of(table: Table) -> str:
    """The home of the table's `user`, or of Sexton's own; `/` for a user who has none here, which is a warning."""
    home = read_home(table)
    if home and os.path.isdir(home):
        return home
    table.warning(f"{f'there is no folder {home}' if home else 'the user has no home'}; the process starts in /", "cwd")
    return _ROOT
