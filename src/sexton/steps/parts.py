"""Files and folders that are not whole yet: under a name of ours beside where they will be, and written down.

Who dies leaves its parts behind. The next attempt of the same run goes on with them; any other run takes them away
when it is alone. Invariant: only what is written down here, and is called as ours are, is ever deleted.
"""

import fcntl
import os
import sqlite3
import stat
from contextlib import suppress

from sexton.steps.durable import sync_folder
from sexton.steps.names import OWN

_TABLE = (
    "CREATE TABLE IF NOT EXISTS part (path TEXT PRIMARY KEY, run TEXT NOT NULL, boot TEXT NOT NULL, note TEXT NOT NULL)"
)


class Parts:
    """Written down in the database `db`, which is in autocommit and lies in `home`, for the run `run`."""

    def __init__(self, db: sqlite3.Connection, home: str, run: str) -> None:
        self._db = db
        self._lock = os.open(os.path.join(home, "parts.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._run = run
        self._boot = _boot()
        db.execute(_TABLE)

    def path(self, folder: str, key: str) -> str:
        """Where the part for `key` lies in `folder`; the same for every attempt of this run."""
        from hashlib import sha256

        digest = sha256(f"{self._run}\0{key}".encode("utf-8", "surrogateescape")).hexdigest()
        return os.path.join(os.path.abspath(folder), f"{OWN}{digest[:20]}")

    def note(self, path: str) -> str | None:
        """What was noted of a part that can be gone on with: it is there under one name only, and was written since
        this machine was started, for the end of a file that a power cut left is not to be trusted."""
        row = self._db.execute(
            "SELECT note FROM part WHERE path = ? AND run = ? AND boot = ?", (path, self._run, self._boot)
        ).fetchone()
        with suppress(FileNotFoundError):
            found = os.lstat(path)
            if row is not None and stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
                return str(row[0])
        return None

    def open(self, path: str, note: str) -> int:
        """A descriptor for the part, made when it is not there, at its start. Raises OSError."""
        self._write_down(path, note)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)

    def open_anew(self, path: str, note: str) -> int:
        """The same, and empty."""
        remove(path)
        return self.open(path, note)

    def make_folder(self, path: str) -> None:
        """An empty folder. Raises OSError."""
        remove(path)
        self._write_down(path, "")
        os.mkdir(path, 0o700)

    def forget(self, path: str) -> None:
        """The part became what it was for, or is to go."""
        remove(path)
        self._db.execute("DELETE FROM part WHERE path = ?", (path,))

    def clear(self, *, own: bool = False) -> None:
        """Take away what other runs left, and with `own` what earlier attempts of this one did: unless another run
        works at this very moment. Until `close`, no other takes away anything."""
        with suppress(BlockingIOError):
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for path, run in self._db.execute("SELECT path, run FROM part").fetchall():
                if own or run != self._run:
                    self.forget(path)
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def close(self) -> None:
        os.close(self._lock)

    def _write_down(self, path: str, note: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?)", (path, self._run, self._boot, note))


def remove(path: str) -> None:
    """Delete a part, if it is there: a file, or a folder of files."""
    if not os.path.basename(path).startswith(OWN):
        raise ValueError(path)
    try:
        is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    except FileNotFoundError:
        return
    if is_folder:
        with os.scandir(path) as inside:
            for each in inside:
                os.unlink(each.path)
        os.rmdir(path)
    else:
        os.unlink(path)
    sync_folder(os.path.dirname(path))


def _boot() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""
