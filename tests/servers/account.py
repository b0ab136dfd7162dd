"""A user of this machine for as long as a test lasts, with a password and a folder as home. Needs root."""

import fcntl
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from tests.servers.process import LIMIT


class Account(NamedTuple):
    name: str
    password: str
    home: Path


@contextmanager
def throw_away_account() -> Iterator[Account]:
    """Made anew, with a password nobody knows; removed afterwards, home and all."""
    name, password = f"sexton-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    home = Path(mkdtemp(prefix="sexton-home-"))
    try:
        _quietly("useradd", "--no-create-home", "--no-user-group", "--home-dir", str(home), "--shell", "/bin/sh", name)
        try:
            _quietly("chpasswd", "--crypt-method", "SHA512", given=f"{name}:{password}")
            shutil.chown(home, name)
            yield Account(name, password, home)
        finally:
            _quietly("userdel", "--force", name)  # also where a process of theirs is not buried yet
    finally:
        shutil.rmtree(home)


def _quietly(*argv: str, given: str = "") -> None:
    """One after the other, whoever else runs these tests: useradd gives up when somebody has the file of users."""
    with open("/run/sexton-tests-accounts.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(argv, input=given, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, f"{argv[0]}: {done.stderr}"
