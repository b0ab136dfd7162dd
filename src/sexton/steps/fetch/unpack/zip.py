"""zip archives: members as the directory at the end has them; sizes there are believed by nobody."""

import os
import stat
from collections.abc import Iterator
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sexton.steps.fetch.unpack.bounds import Bounds, Unusable
from sexton.steps.names import shown

_KINDS = {ZIP_STORED, ZIP_DEFLATED}  # zipfile reads the others without bounds to its memory
_ENCRYPTED = 0x1
_DIRECTORY = 1000  # bytes of the directory for each file that there may be
_LEAST = 1 << 17


class Capped:
    """A file of which nobody reads more than `most` bytes at once: zipfile reads a directory in one go."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file = file
        self._most = most
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = os.fstat(self._file.fileno()).st_size - self._file.tell()
        if size > self._most:
            raise Unusable("more is in it than any directory of so many files")
        return self._file.read(size)


def members(packed: BinaryIO, bounds: Bounds) -> Iterator[tuple[str, IO[bytes]]]:
    """Each file of the archive: its name, and what is in it. Raises Unusable, and what zipfile raises."""
    capped: Any = Capped(packed, max(_LEAST, bounds.max_files * _DIRECTORY))
    with ZipFile(capped) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            _refuse(member)
            with archive.open(member) as file:
                yield bounds.name(member.orig_filename), file


def _refuse(member: ZipInfo) -> None:
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise Unusable(f"{shown(member.filename)} in it is a link or a device")
    if member.flag_bits & _ENCRYPTED:
        raise Unusable(f"{shown(member.filename)} in it is encrypted")
    if member.compress_type not in _KINDS:
        raise Unusable(f"{shown(member.filename)} in it is neither stored nor deflated")
