"""A log, read by offset, never by blocking on something that is no file.

What was rotated (NAME.1, NAME.2, … as far as they are not compressed) and the file in use are one text, the oldest
first; its offsets stay as they are, whatever is renamed meanwhile, because the files are held open until `close`.
Opens regular files only, follows no symbolic link in the last place.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import NamedTuple

from sexton.model.errors import Refused, SextonError

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # O_NONBLOCK: a FIFO must not hold us up
PLACE = b"Sexton-Log-Place"  # the header that says where a followed log begins
MOST_ROTATIONS = 16  # of one log, held open for one client


class Part(NamedTuple):
    """One file of a log: its first byte is the log's byte `start`; `inode` is its device and number."""

    fd: int
    start: int
    inode: tuple[int, int]


class LogFile:
    """`size` is the log's length in bytes when it was opened. Raises Refused where it cannot be shown."""

    __slots__ = ("_parts", "path", "size")

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self._parts: list[Part] = []
        try:
            newest = os.open(path, FLAGS)
        except FileNotFoundError:
            raise Refused("not_found", f"the log is gone ({path})") from None
        except OSError as error:
            raise Refused("unavailable", f"cannot open the log: {error.strerror} ({path})") from error
        if not stat.S_ISREG(os.fstat(newest).st_mode):
            os.close(newest)
            raise Refused("unavailable", f"cannot show the log: it is not a regular file ({path})")
        self._add([newest, *_rotations(path)])

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`; empty at the end."""
        try:
            return self._read(offset, size) or (self._read(offset, size) if self._take_newer() else b"")
        except OSError as error:
            raise SextonError(f"cannot read the log: {error.strerror} ({self.path})") from error

    def is_at(self, path: str) -> bool:
        """Whether it is the log of this path; that its file in use was rotated away changes nothing in that."""
        return self.path == path

    @property
    def newest(self) -> int:
        """The offset at which the file in use begins."""
        return self._parts[-1].start if self._parts else self.size

    def length(self) -> int:
        """How long it is by now; less than what was read when somebody made the file shorter."""
        try:
            return self._parts[-1].start + os.fstat(self._parts[-1].fd).st_size if self._parts else self.size
        except OSError as error:
            raise SextonError(f"cannot read the log: {error.strerror} ({self.path})") from error

    def place(self, offset: int) -> str:
        """Where `offset` is, in a form that holds as long as its file does: device, inode, and the offset in it."""
        part = next(part for part in reversed(self._parts) if part.start <= offset)
        return "-".join(map(str, (*part.inode, offset - part.start)))

    def find(self, place: str) -> int:
        """The offset at a place, which may have been counted on from. Raises Refused where none of the files has it."""
        numbers = place.split("-")
        if len(numbers) != 3 or not all(number.isdecimal() and number.isascii() for number in numbers):
            raise Refused("invalid", f"from: {place!r} is no place in a log; take it from the header {PLACE.decode()}")
        device, inode, offset = map(int, numbers)
        for part in self._parts:
            if part.inode == (device, inode):
                return part.start + offset
        raise Refused("conflict", "the log goes on in other files by now; ask without `from`")

    def close(self) -> None:
        """Give the descriptors back. May be called twice."""
        while self._parts:
            os.close(self._parts.pop().fd)

    def _read(self, offset: int, size: int) -> bytes:
        data = b""
        for part, after in zip(self._parts, [*self._parts[1:], None], strict=True):
            place = offset + len(data)
            if part.start <= place and len(data) < size:
                most = size - len(data) if after is None else min(size - len(data), max(after.start - place, 0))
                data += os.pread(part.fd, most, place - part.start)
        return data

    def _add(self, newest_first: list[int]) -> None:
        """Take files up at the end; `size` grows by theirs."""
        for fd in reversed(newest_first):
            found = os.fstat(fd)
            self._parts.append(Part(fd, self.size, (found.st_dev, found.st_ino)))
            self.size += found.st_size

    def _take_newer(self) -> bool:
        """When the file in use is another one by now: let go of what was read, and take up what came after it."""
        if not self._parts or self._parts[-1].inode == _inode(self.path):
            return False
        last = self._parts[-1]
        newer = _newer_than(last.inode, self.path)
        if newer:
            self.size = last.start + os.fstat(last.fd).st_size
            while len(self._parts) > 1:
                os.close(self._parts.pop(0).fd)
            self._add(newer)
        return bool(newer)


def _newer_than(inode: tuple[int, int], path: str) -> list[int]:
    """The files of the log at `path` that came after `inode`, newest first, opened."""
    newest = _opened(path)
    files = [] if newest is None else [newest, *_rotations(path)]
    inodes = [(found.st_dev, found.st_ino) for found in map(os.fstat, files)]
    count = inodes.index(inode) if inode in inodes else len(files)
    for fd in files[count:]:
        os.close(fd)
    return files[:count]


def _inode(path: str) -> tuple[int, int] | None:
    """Of the file in use; None while there is none. Raises SextonError where something else is in its place."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise SextonError(f"cannot open the log: it is not a regular file any more ({path})")
    return found.st_dev, found.st_ino


def _rotations(path: str) -> list[int]:
    """The rotations that are not compressed, newest first, opened. A number that something else has is passed over."""
    opened: list[int] = []
    for number in range(1, MOST_ROTATIONS + 1):
        name = f"{path}.{number}"
        fd = _opened(name)
        if fd is not None:
            opened.append(fd)
        elif not os.path.lexists(name):
            break
    return opened


def _opened(path: str) -> int | None:
    with suppress(OSError):
        fd = os.open(path, FLAGS)
        if stat.S_ISREG(os.fstat(fd).st_mode):
            return fd
        os.close(fd)
    return None
