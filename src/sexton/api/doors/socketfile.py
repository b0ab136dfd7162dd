"""The unix socket's place in the file system: made safely, taken over when stale, removed when it is still ours.

Invariants: never replaces a socket that somebody answers, nor anything that is no socket; never listens in a folder
where others could put a socket of their own in our place. A lock on the folder (flock(2)) keeps two starting Sextons
from taking each other's fresh socket for a stale one.
"""

from __future__ import annotations

import _socket
import fcntl
import os
import stat

from sexton.api.doors.accept import accept
from sexton.api.request import HERE, Remote
from sexton.model.errors import SextonError

BACKLOG = 512
_OUTSIDE = 65534  # who owns what belongs to nobody in our user namespace (user_namespaces(7), overflowuid)
LONGEST = 107  # bytes of sun_path, less its final zero (unix(7))


class SocketFile:
    """A listening, non-blocking socket at `path`, a file of that `identity` (device, inode), with permission bits
    `mode` and an `owner` (user and group, -1: as it is). Raises SextonError where that cannot be had. Unless it is in a
    folder of `ours`, the folder is taken as it is, whoever may write there."""

    __slots__ = ("_listener", "identity", "path")

    @classmethod
    def taken_up(cls, path: str, listener: int, identity: tuple[int, int]) -> SocketFile:
        """The socket on which an earlier image of this process listened."""
        door = cls.__new__(cls)
        door.path, door.identity = path, identity
        door._listener = _socket.socket(fileno=listener)
        return door

    def __init__(self, path: str, mode: int = 0o600, owner: tuple[int, int] = (-1, -1), *, ours: bool = True) -> None:
        if len(os.fsencode(path)) > LONGEST:
            raise SextonError(f"cannot listen: the path has more than {LONGEST} bytes ({path}); choose a shorter one")
        self.path = path
        folder = os.path.dirname(path) or "."
        self._listener: _socket.socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_NONBLOCK)
        try:
            if ours:
                _make_folder(folder)
            self.identity = _listen(self._listener, folder, path)
            _hand_to(path, mode, owner)
        except OSError as error:
            self._listener.close()
            raise SextonError(f"cannot listen: {error.strerror or error} ({path})") from error
        except SextonError:
            self._listener.close()
            raise

    def fileno(self) -> int:
        """The listening descriptor; -1 once closed."""
        return self._listener.fileno()

    @property
    def stands(self) -> bool:
        """Whether the file is still there, and ours."""
        try:
            return _identity(self.path) == self.identity
        except OSError:
            return False

    @property
    def place(self) -> str:
        return self.path

    def accept(self) -> tuple[_socket.socket, Remote]:
        """One client. Raises OSError, BlockingIOError when none waits."""
        return accept(self._listener)[0], HERE

    def close(self) -> None:
        """Stop listening and remove the file, unless another has taken its place."""
        self._listener.close()
        try:
            if _identity(self.path) == self.identity:
                os.unlink(self.path)
        except FileNotFoundError:
            pass


def _hand_to(path: str, mode: int, owner: tuple[int, int]) -> None:
    """Let others use what only we could until now."""
    if owner != (-1, -1):
        os.chown(path, *owner, follow_symlinks=False)
    if mode != 0o600:
        os.chmod(path, mode)


def _make_folder(folder: str) -> None:
    before = os.umask(0o077)
    try:
        os.makedirs(folder, exist_ok=True)
    finally:
        os.umask(before)
    found = os.stat(folder)
    if found.st_uid not in (os.geteuid(), 0):
        raise SextonError(f"cannot listen: the folder belongs to user {found.st_uid} ({folder}); it must be ours")
    if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
        raise SextonError(f"cannot listen: others can write in the folder ({folder}); chmod 0700 it")
    _distrust_above(folder)


def _distrust_above(folder: str) -> None:
    """Refuse a way to the folder that another user could turn: a link or folder of theirs, or one open to everybody."""
    above = os.path.dirname(os.path.abspath(folder))
    while True:
        found = os.lstat(above)
        if found.st_uid not in (os.geteuid(), 0, _OUTSIDE):
            raise SextonError(f"cannot listen: {above} belongs to user {found.st_uid}, who could move {folder} away")
        if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
            raise SextonError(f"cannot listen: everybody can write in {above}, and so move {folder} away; chmod o-w it")
        if above == os.path.dirname(above):
            return
        above = os.path.dirname(above)


def _listen(listener: _socket.socket, folder: str, path: str) -> tuple[int, int]:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(lock, path)
        _remove_stale(path)
        _bind(listener, path)
        listener.listen(BACKLOG)
        return _identity(path)
    finally:
        os.close(lock)


def _lock(folder: int, path: str) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SextonError(f"cannot listen: another Sexton is starting there ({path}); stop one of them") from None


def _bind(listener: _socket.socket, path: str) -> None:
    previous = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(previous)


def _remove_stale(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise SextonError(f"cannot listen: there is something that is no socket ({path}); move it away")
    if _answers(path):
        raise SextonError(f"cannot listen: another Sexton answers there ({path}); stop it, or set another `socket`")
    os.unlink(path)


def _answers(path: str) -> bool:
    probe = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_NONBLOCK)
    try:
        probe.connect(path)
    except ConnectionRefusedError:
        return False
    except BlockingIOError:  # its backlog is full
        return True
    finally:
        probe.close()
    return True


def _identity(path: str) -> tuple[int, int]:
    found = os.lstat(path)
    return found.st_dev, found.st_ino
