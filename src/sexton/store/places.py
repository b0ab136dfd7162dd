"""Where a state lives on disk: the database, the files beside it, and the lock that one process holds on them.

The lock is a flock(2) on a file of its own (SQLite's own locks come and go with each transaction); it dies with the
process, so a stale pid in the file never holds anybody up. Everything made here is 0600 in a 0700 folder.
Invariant: no file of an existing state is ever removed, renamed or truncated by this module.
"""

import fcntl
import os
from collections.abc import Callable
from typing import NamedTuple

from sexton.model.errors import StateHeld, StoreError


class Place(NamedTuple):
    """Absolute paths, symbolic links resolved: two names of one database share one lock."""

    database: str
    lock: str
    marker: str
    ballast: str


def place_of(path: str) -> Place:
    """The files that belong to the database `path`: `state.db` → `state.db.lock`, `state.id`, `state.db.ballast`."""
    real = os.path.realpath(path)
    return Place(real, real + ".lock", real.removesuffix(".db") + ".id", real + ".ballast")


def make_folder(place: Place) -> None:
    """Make the database's folder if it is missing. Raises StoreError."""
    folder = os.path.dirname(place.database)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the state's folder: {error.strerror} ({folder})") from error


def make_private(path: str) -> None:
    """Make the database's file if it is missing, and readable for its owner alone. Raises StoreError.

    SQLite gives its companion files (-wal, -shm) the same mode.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if os.stat(path).st_mode & 0o077:
            os.chmod(path, 0o600)
    except OSError as error:
        raise StoreError(f"cannot make the database: {error.strerror} ({path})") from error


def sync_folder(path: str) -> None:
    """Make the names in the folder of `path` durable, as fsync(2) of a file does not."""
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def inode_guard(path: str) -> Callable[[], None]:
    """A check that raises StoreError once `path` is no longer the file it is now.

    SQLite itself goes on writing into a deleted file without an error.
    """
    now = os.stat(path)
    known = (now.st_dev, now.st_ino)

    def check() -> None:
        try:
            found = os.stat(path)
        except OSError as error:
            raise StoreError(f"cannot write to the ledger: its database is gone ({path}); restart Sexton") from error
        if (found.st_dev, found.st_ino) != known:
            raise StoreError(f"cannot write to the ledger: its database was replaced ({path}); restart Sexton")

    return check


class Lock:
    """The right to use one state. Raises StateHeld, naming the holder, while another process has it. `held` is the
    descriptor by which an earlier image of this process has it."""

    def __init__(self, place: Place, held: int | None = None) -> None:
        self.place = place
        self._fd = -1 if held is None else held
        if held is None:
            self._take(place)

    @property
    def fd(self) -> int:
        """The lock lasts as long as this is open."""
        return self._fd

    def _take(self, place: Place) -> None:
        try:
            self._fd = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> StateHeld | StoreError:
        holder = self._holder() if isinstance(error, BlockingIOError) else None
        if self._fd >= 0:
            os.close(self._fd)
        if holder is None:
            return StoreError(f"cannot lock the state: {error.strerror} ({self.place.lock})")
        return StateHeld(
            f"cannot use the state: {holder} holds it ({self.place.database}); stop that one, or set another `state`"
        )

    def _holder(self) -> str:
        pid = os.pread(self._fd, 20, 0).strip()
        return f"process {pid.decode()}" if pid.isdigit() else "another process"

    def release(self) -> None:
        """Let the next one in. The file stays: removing it would let two processes lock two files of one name."""
        if self._fd >= 0:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = -1
