"""Where log files are, how one is opened, and which are old enough to go.

Layout: `<log_dir>/jobs/<job>/<run>.log` for a run, made new or not at all; `<log_dir>/services/<service>.log` for a
service, appended to; beside each its rotations (rotate.py). A path that is not a regular file is never opened, unlinked
or truncated.
"""

import errno
import os
import re
import stat
from collections.abc import Container, Iterator
from contextlib import suppress
from typing import NamedTuple

from sexton.model.log import Log
from sexton.model.plan import Keep
from sexton.model.units import Instant

_CAREFUL = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # O_NONBLOCK: a FIFO must not hold us up
_LOG = re.compile(r"(.*\.log)(?:\.[0-9]+(?:\.gz)?|\.gz\.part|\.new)?", re.DOTALL)


class LogFile(NamedTuple):
    path: str
    size: int
    written: Instant


def job_log(log_dir: str, job: str, run: str) -> str:
    return os.path.join(log_dir, "jobs", job, f"{run}.log")


def create(path: str, mode: int = Log().mode) -> int:
    """A descriptor that appends to a new file. Raises OSError, FileExistsError among them."""
    return _made(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, mode)


def _made(path: str, flags: int, mode: int) -> int:
    """A descriptor of a file, made with its folder where they are not there."""
    try:
        return os.open(path, flags, mode)
    except FileNotFoundError:  # the first in its folder
        _make_folder(path, mode)
        return os.open(path, flags, mode)


def service_log(log_dir: str, service: str) -> str:
    return os.path.join(log_dir, "services", f"{service}.log")


def open_append(path: str, mode: int = Log().mode) -> tuple[int, int]:
    """A descriptor that appends to a file, made when it is not there, and its size. Raises OSError, also where there is
    something that is not a regular file."""
    file = _made(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _CAREFUL, mode)
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "not a regular file", path)
    return file, status.st_size


def _make_folder(path: str, mode: int) -> None:
    """Whoever may read a file may look into its folder."""
    os.makedirs(os.path.dirname(path) or ".", mode=mode | (mode & 0o444) >> 2 | 0o300, exist_ok=True)


def clear(path: str) -> None:
    """Make a log file empty; that there is none is as good. Raises OSError, also where it is not a regular file."""
    try:
        file = os.open(path, os.O_WRONLY | _CAREFUL)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        os.ftruncate(file, 0)
    finally:
        os.close(file)


def read_end(path: str, count: int) -> tuple[int, bytes]:
    """Size of a log file and its last `count` bytes. Raises OSError, also where it is not a regular file."""
    file = os.open(path, os.O_RDONLY | _CAREFUL)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        return status.st_size, os.pread(file, count, max(0, status.st_size - count))
    finally:
        os.close(file)


def ended_logs(log_dir: str, in_use: Container[str]) -> list[LogFile]:
    """Every run's log file that nobody writes to, its rotations too, oldest first."""
    return sorted(
        (file for file in _regular_files(os.path.join(log_dir, "jobs")) if _log_of(file.path) not in in_use),
        key=lambda file: file.written,
    )


def _log_of(path: str) -> str:
    """The log that a file belongs to: itself, or the one that it is a rotation of."""
    match = _LOG.fullmatch(path)
    return match[1] if match else path


def outdated(files: list[LogFile], keep: Keep, now: Instant) -> list[LogFile]:
    """The files, oldest first, that are older than `keep.logs`, or have to go for all to fit in `keep.size`."""
    surplus = sum(file.size for file in files) - keep.size
    gone: list[LogFile] = []
    for file in files:
        if file.written >= now - keep.logs and surplus <= 0:
            break
        gone.append(file)
        surplus -= file.size
    return gone


def remove(files: list[LogFile]) -> tuple[int, int]:
    """Unlink `files`; how many went, and how many bytes that freed. What cannot be unlinked stays, and is tried again
    next time."""
    gone = freed = 0
    for file in files:
        with suppress(OSError):
            os.unlink(file.path)
            gone += 1
            freed += file.size
    return gone, freed


def _regular_files(folder: str) -> Iterator[LogFile]:
    try:
        entries = list(os.scandir(folder))
    except OSError:  # not made yet, or removed meanwhile
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _regular_files(entry.path)
        elif _LOG.fullmatch(entry.name):
            with suppress(FileNotFoundError):  # removed meanwhile
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield LogFile(entry.path, status.st_size, status.st_mtime_ns // 1000)
