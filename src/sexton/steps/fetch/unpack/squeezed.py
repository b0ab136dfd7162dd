"""Compressed files as streams that are read from start to end, however many were joined; memory stays flat."""

import bz2
import io
import lzma
import zlib
from typing import Any

_CHUNK = 1 << 16
_MEMORY = 256 << 20  # bytes that unpacking xz may use; its strongest preset needs 65 MB


class _Gzip:
    """zlib's object with the manners of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


_KINDS: dict[bytes, Any] = {
    b"\x1f\x8b": _Gzip,
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY),
}


class Squeezed(io.RawIOBase):
    """What comes out of `packed`. Raises EOFError when it was cut, and what zlib, bz2 and lzma raise."""

    def __init__(self, packed: io.BufferedReader, kind: Any) -> None:
        self._packed = packed
        self._kind = kind
        self._inner = kind()
        self._next = b""  # read already, of the one that comes next

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._inner.eof and not self._begin_next():
                return 0
            data = self._given()
            out = self._inner.decompress(data, len(buffer))
            if out:
                buffer[: len(out)] = out
                return len(out)

    def _given(self) -> bytes:
        if not self._inner.needs_input:
            return b""
        data = self._next or self._packed.read(_CHUNK)
        self._next = b""
        if not data:
            raise EOFError("it ends in the middle")
        return data

    def _begin_next(self) -> bool:
        """Zeros after the end are padding, as gzip(1) has it."""
        rest = (self._inner.unused_data or self._next or self._packed.read(_CHUNK)).lstrip(b"\0")
        while not rest:
            rest = self._packed.read(_CHUNK)
            if not rest:
                self._next = b""
                return False
            rest = rest.lstrip(b"\0")
        self._inner = self._kind()
        self._next = rest
        return True


def squeezed(packed: io.BufferedReader) -> io.BufferedReader | None:
    """A stream of what comes out, by the first bytes; None: it is not compressed."""
    magic = packed.peek(6)
    kind = next((kind for start, kind in _KINDS.items() if magic.startswith(start)), None)
    return None if kind is None else io.BufferedReader(Squeezed(packed, kind), _CHUNK)
