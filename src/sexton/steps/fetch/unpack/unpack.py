"""By its content: zip, tar (also compressed), or one compressed file."""

import errno
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import IO

from sexton.steps.fetch.unpack import tar, zip
from sexton.steps.fetch.unpack.bounds import Bounds, Member, Unusable
from sexton.steps.fetch.unpack.squeezed import squeezed
from sexton.steps.names import unpacked

_TARS = (".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_ENDINGS = (".zip", ".tar", ".gz", ".bz2", ".xz", *_TARS)
_CHUNK = 1 << 18
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, OverflowError)
_STRANGE = (RuntimeError, LookupError, struct.error)  # RecursionError, NotImplementedError and UnicodeError too


def is_archive(name: str) -> bool:
    """Whether a file of this name is to be unpacked."""
    last = name.rpartition("/")[2].lower()
    return last.endswith(_ENDINGS) and bool(unpacked(last))


def unpack(path: str, name: str, folder: str, bounds: Bounds, leave: Callable[[str], None]) -> list[Member]:
    """All files of the archive `path`, which is called `name`, into the empty `folder`; `leave` hears of those that are
    left out. Raises Unusable; OSError when it cannot be written."""
    found: list[Member] = []
    with open(path, "rb") as packed, _judged():
        for inside, file in _members(packed, name, bounds):
            if _is_of_macos(inside):
                leave(inside)
                continue
            target = os.path.join(folder, str(len(found)))
            found.append(Member(inside, target, *_copy(file, target, bounds)))
    return found


def _is_of_macos(name: str) -> bool:
    """What its Finder and its tar add for themselves (AppleDouble: RFC 1740)."""
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last == ".DS_Store" or last.startswith("._")


@contextmanager
def _judged() -> Iterator[None]:
    """Whatever the readers of archives stumble upon, the archive is at fault; but a full disk is not."""
    try:
        yield
    except (*_BROKEN, *_STRANGE) as error:
        raise Unusable(f"it is damaged: {type(error).__name__}: {str(error)[:200]}") from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # bz2 means its data; zipfile went to an offset that is none
            raise Unusable(f"it is damaged: {str(error)[:200]}") from error
        raise


def _members(packed: BufferedReader, name: str, bounds: Bounds) -> Iterator[tuple[str, IO[bytes]]]:
    if packed.peek(2).startswith(b"PK"):
        return zip.members(packed, bounds)
    stream = squeezed(packed)
    if (stream or packed).peek(512)[257:262] == b"ustar" or name.endswith((".tar", *_TARS)):
        return tar.members(stream or packed, bounds)
    if stream is None:
        raise Unusable("it is neither zip nor tar, nor compressed by gzip, bzip2 or xz")
    return iter([(bounds.name(unpacked(name)), stream)])


def _copy(file: IO[bytes], target: str, bounds: Bounds) -> tuple[int, str]:
    """Size and sha256 of what it copies."""
    from hashlib import sha256

    digest = sha256()
    with open(target, "xb") as out:
        while chunk := file.read(_CHUNK):
            bounds.count(len(chunk))
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
        return out.tell(), digest.hexdigest()
