"""A folder of crontabs where a file is meant: cron(8)'s spool, whose files are called after their users, or a cron.d.

Which of its files count is cron's rule: other names are those of editors, package managers, and of what is just being
installed.
"""

import os
import re

from sexton.config.values import Unfit

SPOOL = "crontabs"
CRON_D = "cron.d"
_COUNT = {SPOOL: re.compile(r"(?!tmp\.)[A-Za-z0-9_][A-Za-z0-9_.-]*\$?"), CRON_D: re.compile(r"[A-Za-z0-9_-]+")}


def crontabs_in(folder: str) -> list[str]:
    """The crontabs in a folder, in the order of their names. Raises Unfit where it is no folder of such, OSError."""
    name = os.path.basename(os.path.abspath(folder))
    if name not in _COUNT:
        raise Unfit(f"it is a folder; of these one named {SPOOL} or {CRON_D} is meant, or name its files")
    paths = [os.path.join(folder, file) for file in sorted(os.listdir(folder)) if _COUNT[name].fullmatch(file)]
    return [path for path in paths if os.path.isfile(path)]


def owner_by_name(file: str) -> str | None:
    """The user whose crontab this is, where a file's folder says that its name is one."""
    folder, name = os.path.split(os.path.abspath(file))
    return name if os.path.basename(folder) == SPOOL else None
