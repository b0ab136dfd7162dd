"""Delivering to a folder of this machine, which may well be a network drive."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from sexton.steps import placing
from sexton.steps.deliver.place import BLOCK, Seen
from sexton.steps.durable import sync_folder
from sexton.steps.errors import StepError
from sexton.steps.troubles import Writing


class Folder:
    """Implements Place."""

    def __init__(self, path: str) -> None:
        self.where = os.path.abspath(path)

    def enter(self, make: bool) -> None:
        if make:
            os.makedirs(self.where, exist_ok=True)
        if not os.path.isdir(self.where):
            raise StepError(f"cannot deliver to {self.where}: there is no such folder; make it, or set `make_folders`")

    def look(self, name: str) -> Seen | None:
        try:
            found = os.lstat(self._path(name))
        except FileNotFoundError:
            return None
        return Seen(stat.S_ISREG(found.st_mode), found.st_size)

    def make_folders(self, name: str) -> None:
        placing.make_folders(self.where, name)

    def read(self, name: str) -> Iterator[bytes]:
        with open(os.open(self._path(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            while block := file.read(BLOCK):
                yield block

    @contextmanager
    def write(self, part: str, size: int) -> Iterator["_Writer"]:
        found = self.look(part)
        if found is not None and (not found.is_file or found.size > size):
            self.remove(part)
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(self._path(part), flags, 0o666)
        try:
            with Writing(self.where):
                yield _Writer(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, part: str, name: str, replace: bool) -> Seen | None:
        if replace:
            os.rename(self._path(part), self._path(name))
            sync_folder(os.path.dirname(self._path(name)))
        elif not placing.linked(self._path(part), self._path(name)):
            raise StepError(f"cannot deliver {name}: another file came there meanwhile ({self.where})")
        return self.look(name)

    def remove(self, part: str) -> None:
        os.unlink(self._path(part))

    def close(self) -> None:
        """There is nothing to let go of."""

    def _path(self, name: str) -> str:
        return os.path.join(self.where, name)


class _Writer:
    """Implements Writer. Begins anew: copying is soon done, and after a power cut the blocks of a part may be empty."""

    begun = 0

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, block: bytes, offset: int) -> None:
        done = 0
        while done < len(block):
            done += os.pwrite(self._descriptor, block[done:], offset + done)

    def finish(self, mode: int | None) -> int:
        if mode is not None:
            os.fchmod(self._descriptor, mode)
        os.fsync(self._descriptor)
        return os.fstat(self._descriptor).st_size
