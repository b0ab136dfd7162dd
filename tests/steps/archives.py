"""Archives for tests, good and bad ones, in memory."""

import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any


def zipped(files: Mapping[str, bytes], mode: int = stat.S_IFREG | 0o644) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return out.getvalue()


def tarred(files: Mapping[str, bytes], how: str = "", kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """`how` is "", "gz", "bz2" or "xz"."""
    out = io.BytesIO()
    mode: Any = f"w:{how}"
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, link
            member.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def encrypted() -> bytes:
    """As far as its flags say."""
    data = bytearray(zipped({"a": b"a"}))
    for at in (6, data.index(b"PK\1\2") + 8):
        struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] | 1)
    return bytes(data)


def lying(size: int) -> bytes:
    """A zip whose directory says that its file of 1,000,000 zeros has `size` bytes."""
    data = bytearray(zipped({"a": b"\0" * 1_000_000}))
    struct.pack_into("<I", data, data.index(b"PK\1\2") + 24, size)
    return bytes(data)


def greedy(content: bytes) -> bytes:
    """An xz that asks for 4 GiB of memory (the .xz file format, 3.1 and 5.3.1)."""
    data = bytearray(lzma.compress(content))
    size = (data[12] + 1) * 4
    data[data.index(b"\x21\x01", 12) + 2] = 40
    struct.pack_into("<I", data, 12 + size - 4, zlib.crc32(data[12 : 12 + size - 4]))
    return bytes(data)
