"""Files that hold secrets, for processes that want them so: in memory (tmpfs(5)), 0600, the process's user's own.

They stand in a folder of this Sexton, which it holds locked (flock(2)) as long as it lives; what an earlier one left
is removed when the first file is written. Invariant: no value is ever written where it could reach a disk.
"""

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress

from sexton.model.errors import SpawnError
from sexton.model.process import User

_PREFIX = "sexton-secrets-"
_IN_MEMORY = {b"tmpfs", b"ramfs"}
_TRIES = 10


class SecretFiles:
    """`places` are folders of which the first that is in memory and can be written is used."""

    def __init__(self, places: Sequence[str]) -> None:
        self._places = places
        self._folder = ""
        self._lock = -1

    @property
    def place(self) -> tuple[str, int]:
        """The folder, empty when there is none, and the descriptor that locks it."""
        return self._folder, self._lock

    def take_up(self, folder: str, lock: int) -> None:
        """Go on with the folder of the last image."""
        self._folder, self._lock = folder, lock

    def prepare(self) -> None:
        """Make the folder, once. Raises SpawnError when there is no place for it."""
        if not self._folder:
            place = self._find()
            _sweep(place)
            self._folder, self._lock = _make(place)

    def write(self, name: str, value: bytes, user: User | None) -> str:
        """The path of a new file that holds `value`. Raises SpawnError."""
        self.prepare()
        path = os.path.join(self._folder, f"{name}-{os.urandom(8).hex()}")
        try:
            _write(path, value, user)
        except OSError as error:
            self.remove(path)
            raise SpawnError(f"cannot write the file of the secret `{name}`: {error.strerror}") from None
        return path

    def remove(self, path: str) -> None:
        with suppress(FileNotFoundError):  # its process may have removed it
            os.unlink(path)

    def close(self) -> None:
        """Remove everything; nothing that was started lives any more."""
        if self._folder:
            _empty(self._folder)
            os.close(self._lock)
            self._folder = ""

    def _find(self) -> str:
        for place in self._places:
            with suppress(OSError):
                if in_memory(place) and os.access(place, os.W_OK | os.X_OK):
                    return place
        raise SpawnError(f"no place in memory for files of secrets; mount a tmpfs on {' or '.join(self._places)}")


def in_memory(folder: str) -> bool:
    """Whether what is written there stays in memory, by proc_pid_mountinfo(5)."""
    device = os.stat(folder).st_dev
    wanted = b"%d:%d" % (os.major(device), os.minor(device))
    with open("/proc/self/mountinfo", "rb") as mounts:
        for line in mounts:
            before, _, after = line.partition(b" - ")
            if before.split()[2] == wanted:
                return after.split()[0] in _IN_MEMORY
    return False


def _make(place: str) -> tuple[str, int]:
    """A new folder and the descriptor that locks it. Others may pass through it, to files that are theirs, but list
    nothing. Who sweeps may take it before it is locked: then another one."""
    for _ in range(_TRIES):
        folder = os.path.join(place, _PREFIX + os.urandom(8).hex())
        try:
            os.mkdir(folder, 0o700)
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SpawnError(f"cannot make a folder for secrets in {place}: {error.strerror}") from None
        if _lock(lock) and os.path.exists(folder):
            os.chmod(folder, 0o711)
            return folder, lock
        os.close(lock)
    raise SpawnError(f"cannot keep a folder for secrets in {place}: others remove it")


def _lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sweep(place: str) -> None:
    """Remove the folders of Sextons that live no more. Those of other users are theirs."""
    for name in os.listdir(place):
        if not name.startswith(_PREFIX):
            continue
        folder = os.path.join(place, name)
        try:
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        if os.fstat(fd).st_uid == os.geteuid() and _lock(fd):
            _empty(folder)
        os.close(fd)


def _empty(folder: str) -> None:
    with suppress(OSError):  # what cannot go now is swept by the next start
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)


def _write(path: str, value: bytes, user: User | None) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(fd, "wb", buffering=0) as file:
        if user is not None:
            os.fchown(fd, user.uid, user.gid)
        while value:
            value = value[file.write(value) :]
