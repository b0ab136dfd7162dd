"""tar archives, as a stream: members in their order, each read once."""

import tarfile
from collections.abc import Iterator
from typing import IO, BinaryIO

from sexton.steps.fetch.unpack.bounds import Bounds, Unusable
from sexton.steps.names import shown

_LARGEST_READ = 1 << 22  # bytes of one header: the limit of a name is far below
_HEADS = 1 << 26  # bytes of headers and padding
_PIECE = 1 << 16


class Forward:
    """A stream that can be read, and skipped in, forwards; what tarfile wants of a file. Counts what goes by."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._at = 0
        self._most = most
        self.last = b""

    def read(self, size: int) -> bytes:
        if size > _LARGEST_READ:
            raise Unusable("a header in it is larger than any should be")
        data = self._stream.read(size)
        self._at += len(data)
        self.last = data or b"end"
        if self._at > self._most:
            raise Unusable(f"it is larger than {self._most:,} bytes when unpacked")
        return data

    def tell(self) -> int:
        return self._at

    def seek(self, to: int) -> None:
        if to < self._at:
            raise Unusable("it can only be read with going back")
        self.skip(to - self._at)

    def skip(self, size: int) -> None:
        """That many bytes, or what there is."""
        while size > 0 and (data := self.read(min(_PIECE, size))):
            size -= len(data)


def members(stream: BinaryIO, bounds: Bounds) -> Iterator[tuple[str, IO[bytes]]]:
    """Each file of the archive: its name, and what is in it. Raises Unusable, and what tarfile raises."""
    forward = Forward(stream, bounds.most + _HEADS)
    with tarfile.open(fileobj=forward, mode="r:", errorlevel=2, errors="surrogateescape") as archive:  # type: ignore[call-overload]
        while (member := archive.next()) is not None:
            archive.members = []  # it would keep every one of them
            if member.isdir():
                continue
            if not member.isreg() or member.issparse():
                raise Unusable(f"{shown(member.name)} in it is a link, a device or sparse")
            yield bounds.name(member.name), archive.extractfile(member)
    if forward.last.strip(b"\0"):
        raise Unusable("it is damaged, or ends in the middle")  # where tarfile says that it has ended
    forward.skip(bounds.most)  # so that a compressed one is verified to its end
