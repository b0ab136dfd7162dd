"""Rotations made small: one at a time, in a thread of lowest priority, with zlib (gzip's format, RFC 1952).

The thread reads one descriptor and writes one file, NAME.gz.part; every rename is made on the loop's thread, where
rotation is too, so the two never meet. Invariant: a rotation goes only when its compressed form is whole on the disk.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sexton.logs import files
from sexton.logs.rotate import GZIPPED, discard, is_ours, slots

if TYPE_CHECKING:
    from sexton.ports import Loop

CHUNK = 262_144
LEVEL = 6
_GZIP = 31  # zlib's word for: largest window, gzip's header
_LOWEST = 19


class Compressor:
    """Compresses what rotations of the logs it is told of are not compressed yet."""

    def __init__(self, loop: Loop, say: Callable[[str], None]) -> None:
        self._loop = loop
        self._say = say
        self._wanted: dict[str, int] = {}
        self._busy = False

    @property
    def wanted(self) -> Mapping[str, int]:
        """The logs that are to be seen to, and how many rotations each keeps."""
        return self._wanted

    def want(self, path: str, keep: int) -> None:
        """See to the rotations of the log at `path`."""
        self._wanted[path] = keep
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = False
        while self._wanted and not self._busy:
            path = next(iter(self._wanted))
            source = _oldest_plain(path, self._wanted[path])
            if source is None:
                del self._wanted[path]
            else:
                self._busy = self._begin(path, source)

    def _begin(self, path: str, source: str) -> bool:
        part = f"{path}{GZIPPED}.part"
        try:
            discard(part)
            taken = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            self._give_up(path, error)
            return False
        threading.Thread(target=self._work, args=(path, taken, part), name="sexton-gzip", daemon=True).start()
        return True

    def _work(self, path: str, source: int, part: str) -> None:
        """In the thread."""
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST)
            _compress(source, part)
            inode = os.fstat(source).st_ino
        except OSError as error:
            failure = error  # the name `error` ends with this block
            self._loop.post(lambda: self._failed(path, part, failure))
        else:
            self._loop.post(lambda: self._done(path, part, inode))
        finally:
            os.close(source)

    def _done(self, path: str, part: str, inode: int) -> None:
        """The rotation may have moved up meanwhile, or be gone."""
        try:
            for slot in slots(path, self._wanted[path]):
                if is_ours(slot) and os.lstat(slot).st_ino == inode:
                    os.rename(part, slot + GZIPPED)
                    os.unlink(slot)
                    break
            else:
                discard(part)
        except OSError as error:
            self._give_up(path, error)
        self._next()

    def _failed(self, path: str, part: str, error: OSError) -> None:
        self._give_up(path, error)
        discard(part)
        self._next()

    def _give_up(self, path: str, error: OSError) -> None:
        """Until the next rotation."""
        del self._wanted[path]
        self._say(f"cannot compress the rotations of {path}: {error.strerror}; they stay as they are")


def _oldest_plain(path: str, keep: int) -> str | None:
    return next((slot for slot in reversed(slots(path, keep)) if is_ours(slot)), None)


def _compress(source: int, part: str) -> None:
    import zlib

    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
    file = files.create(part, stat.S_IMODE(os.fstat(source).st_mode))
    try:
        while data := os.read(source, CHUNK):
            _write_all(file, packer.compress(data))
        _write_all(file, packer.flush())
        os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
