"""What can be done with a server's files, one call each. Paths are as the server has them, bytes that are no UTF-8
as Python's surrogates; errors are StepErrors that name the path.

Blocks are written one after the other, each confirmed before the next begins: whatever length a cut file has, all
before the start of its last block had arrived.
"""

import asyncio
import stat
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from typing import NamedTuple, cast

import asyncssh
from asyncssh.constants import FXF_CREAT, FXF_EXCL, FXF_READ, FXF_WRITE

from sexton.model.units import SECOND, Instant
from sexton.steps.deadline import Deadline
from sexton.steps.errors import StepError
from sexton.steps.sftp.address import Address
from sexton.steps.sftp.connection import Connection
from sexton.steps.sftp.failures import Absent, Unsupported
from sexton.steps.sftp.login import Options

BLOCK = 4 * 1024 * 1024  # bytes under way at once
_ONE_REQUEST = 32_768  # bytes that every server takes at once


class Info(NamedTuple):
    """What the server says of a file: its `mode` (inode(7)), `size` in bytes, and when it was `modified`. Where it does
    not say what it is, a file is assumed."""

    mode: int
    size: int
    modified: Instant | None

    @property
    def is_file(self) -> bool:
        return stat.S_ISREG(self.mode)

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.mode)


class Reader:
    """A file of the server's that is open for reading. A context manager, which closes it however it went."""

    def __init__(self, connection: Connection, file: asyncssh.SFTPClientFile, path: str) -> None:
        self._connection, self._file, self._path = connection, file, path

    def look(self) -> Info:
        """The file itself, whatever has its name by now."""
        return _info(self._connection.ask(self._file.stat(), f"look at {self._path}"))

    def blocks(self, offset: int = 0) -> Iterator[bytes]:
        """From `offset` to where the file ends by now."""
        while block := self._connection.ask(_block(self._file, offset), f"read {self._path}"):
            offset += len(block)
            yield block

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(StepError):
            self._connection.ask(self._file.close(), f"close {self._path}")


class Writer:
    """A file of the server's that is open for writing. A context manager, which closes it however it went."""

    def __init__(self, connection: Connection, file: asyncssh.SFTPClientFile, path: str) -> None:
        self._connection, self._file, self._path = connection, file, path

    def write(self, block: bytes, offset: int) -> None:
        """Returns when the server has confirmed all of it."""
        self._connection.ask(self._file.write(block, offset), f"write {self._path}")

    def permit(self, mode: int) -> None:
        self._connection.ask(self._file.chmod(mode), f"set the mode of {self._path}")

    def finish(self, block: bytes, offset: int) -> int:
        """Write the last block, or none; have all on the server's disk, where the server knows how
        (fsync@openssh.com), ask for the size, and close it."""
        return self._connection.ask(_finished(self._file, block, offset), f"write {self._path}")

    def close(self) -> None:
        """Not an error the second time."""
        self._connection.ask(self._file.close(), f"close {self._path}")

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
            return
        with suppress(StepError):
            self.close()


class Client:
    """Over one connection, made at once; `close` it."""

    def __init__(self, address: Address, options: Options, deadline: Deadline) -> None:
        self._connection = Connection(address, options, deadline)
        self._sftp = self._connection.sftp
        self.server = self._connection.server
        self.close = self._connection.close

    @property
    def is_cut(self) -> bool:
        return self._connection.is_cut

    def look(self, path: str, follow: bool = False) -> Info | None:
        """None where there is nothing; a symbolic link is itself, unless one wants to `follow` it."""
        asked = self._sftp.stat(path) if follow else self._sftp.lstat(path)
        try:
            return _info(self._connection.ask(asked, f"look at {path}"))
        except Absent:
            return None

    def names(self, folder: str) -> Iterator[tuple[str, Info]]:
        """What is in a folder, in the server's order, without `.` and `..`; links are themselves."""
        listing = cast(AsyncGenerator[asyncssh.SFTPName, None], self._sftp.scandir(folder))
        try:
            while (entry := self._connection.ask(anext(listing, None), f"list {folder}")) is not None:
                if entry.filename not in (".", ".."):
                    yield str(entry.filename), _info(entry.attrs)
        finally:
            with suppress(StepError):
                self._connection.ask(listing.aclose(), f"list {folder}")

    def read(self, path: str) -> Reader:
        file = self._connection.ask(_opened(self._sftp, path, FXF_READ), f"read {path}")
        return Reader(self._connection, file, path)

    def create(self, path: str) -> Writer:
        """Make a file where there is nothing, not even a link; StepError otherwise."""
        return self._write(path, FXF_WRITE | FXF_CREAT | FXF_EXCL)

    def write(self, path: str) -> Writer:
        """Open a file that is there; what it holds stays."""
        return self._write(path, FXF_WRITE)

    def _write(self, path: str, how: int) -> Writer:
        file = self._connection.ask(_opened(self._sftp, path, how), f"write {path}")
        return Writer(self._connection, file, path)

    def make_folder(self, path: str) -> None:
        self._connection.ask(self._sftp.mkdir(path), f"make the folder {path}")

    def rename(self, old: str, new: str) -> Info | None:
        """Fails where `new` is there already (as the protocol has it). What is there then."""
        seen = self._connection.ask(_renamed(self._sftp, old, new), f"rename {old} to {new}")
        return self.look(new) if seen is None else _info(seen)

    def replace(self, old: str, new: str) -> None:
        """In one go (posix-rename@openssh.com). Raises Unsupported where the server cannot."""
        self._connection.ask(self._sftp.posix_rename(old, new), f"rename {old} to {new}")

    def remove(self, path: str) -> None:
        self._connection.ask(self._sftp.remove(path), f"remove {path}")

    def space(self, path: str) -> int | None:
        """Bytes that still fit on the disk of `path`; None where the server cannot say (statvfs@openssh.com)."""
        try:
            found = self._connection.ask(self._sftp.statvfs(path), f"ask for the room at {path}")
        except Unsupported:
            return None
        return found.bavail * found.frsize


async def _opened(sftp: asyncssh.SFTPClient, path: str, how: int) -> asyncssh.SFTPClientFile:
    return await sftp.open(path, how, encoding=None)


async def _finished(file: asyncssh.SFTPClientFile, block: bytes, offset: int) -> int:
    """All is asked for at once: a server answers requests that concern one file as if they had come one by one
    (section 6.1 of the protocol). What is written is one of them only where it is not cut into several."""
    if len(block) > _ONE_REQUEST:
        await file.write(block, offset)
        block = b""
    file.write_len = 0  # as it is, and before all that follows
    written = [file.write(block, offset)] if block else []
    answers = await asyncio.gather(*written, file.fsync(), file.stat(), file.close(), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, asyncssh.SFTPOpUnsupported):
            raise answer
    seen = answers[-2]
    return (seen.size or 0) if isinstance(seen, asyncssh.SFTPAttrs) else 0


async def _renamed(sftp: asyncssh.SFTPClient, old: str, new: str) -> asyncssh.SFTPAttrs | None:
    """What is there then; None where the server has looked before it had renamed it."""
    done, seen = await asyncio.gather(sftp.rename(old, new), sftp.lstat(new), return_exceptions=True)
    if isinstance(done, BaseException):
        raise done
    return None if isinstance(seen, BaseException) else seen


async def _block(file: asyncssh.SFTPClientFile, offset: int) -> bytes:
    return cast(bytes, await file.read(BLOCK, offset))


def _info(attrs: asyncssh.SFTPAttrs) -> Info:
    mode = attrs.permissions or 0
    modified = None if attrs.mtime is None else attrs.mtime * SECOND + (attrs.mtime_ns or 0) // 1000
    return Info(mode if stat.S_IFMT(mode) else mode | stat.S_IFREG, attrs.size or 0, modified)
