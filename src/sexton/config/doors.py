"""The front doors: which kind of file gives a plan, told by its name unless somebody says so."""

import os
from enum import StrEnum

from sexton.config.folders import CRON_D, SPOOL
from sexton.config.values import Unfit


class Door(StrEnum):
    """A format of configuration files; the words are those of `--format`."""

    TOML = "toml"
    CRONTAB = "crontab"  # crontab(5): five fields, a command
    CRON_D = "cron.d"  # /etc/crontab and /etc/cron.d: five fields, a user, a command
    SUPERVISORD = "supervisord"  # supervisor's INI file


def door_of(file: str) -> Door:
    """By the file's name and folder. Raises Unfit for a name that does not tell."""
    path = os.path.abspath(file)
    folder, base = os.path.split(path)
    if base.endswith(".toml"):
        return Door.TOML
    if path == "/etc/crontab" or os.path.basename(folder) == CRON_D:
        return Door.CRON_D
    if os.path.basename(folder) == SPOOL:
        return Door.CRONTAB
    if base == "crontab" or base.endswith((".cron", ".crontab")):
        return Door.CRONTAB
    if base.endswith((".conf", ".ini")):
        return Door.SUPERVISORD
    raise Unfit("its name does not tell its format; name it NAME.toml or NAME.crontab, or give --format toml")
