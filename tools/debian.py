"""Debian packages that the tests need: the one table of them, and their installation.

Root gets what is missing from apt-get; anyone else is told its names (exit 69).
"""

import os
import shutil
from collections.abc import Sequence
from glob import glob
from typing import NamedTuple

from tools.command import EX_UNAVAILABLE, give_up, quietly, say


class Need(NamedTuple):
    """A package, a file (or a pattern of its path) or command that shows that it is there, and what wants it."""

    package: str
    sign: str
    purpose: str

    @property
    def met(self) -> bool:
        return bool(glob(self.sign)) if self.sign.startswith("/") else shutil.which(self.sign) is not None


NEEDS = (
    Need("git", "git", "the tests of ./run and ./test copy the tree that git knows"),
    Need("tzdata", "/usr/share/zoneinfo/Europe/Berlin", "schedules in time zones"),
    Need("apache2", "/usr/sbin/apache2", "a container that serves git repositories"),
    Need("cgit", "/usr/lib/cgit/cgit.cgi", "and shows them"),
    Need("openssh-client", "ssh", "pushing to it"),
    Need("openssh-server", "/usr/sbin/sshd", "taking what is pushed, and files by SFTP"),
    Need("postgresql", "/usr/lib/postgresql/*/bin/postgres", "a database that is loaded into"),
    Need("sshpass", "sshpass", "scripts of a container that deliver with it"),
    Need("exim4-daemon-light", "/usr/sbin/exim4", "a mail server that mail is handed to"),
    Need("util-linux", "unshare", "Sexton as PID 1 in a namespace of its own"),
)


def require(needs: Sequence[Need]) -> None:
    """Return when every need is met."""
    missing = [need for need in needs if not need.met]
    if missing:
        install([need.package for need in missing])


def install(packages: Sequence[str]) -> None:
    names = " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        give_up(EX_UNAVAILABLE, f"missing: the Debian packages {names}; as root: apt-get install {names}")
    say(f"Installing {names} ...")
    calm = {"DEBIAN_FRONTEND": "noninteractive"}
    quietly(["apt-get", "update"], calm)
    quietly(["apt-get", "install", "--yes", "--no-install-recommends", *packages], calm)
