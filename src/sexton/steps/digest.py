"""The sha256 of a file, read in pieces: memory stays flat whatever its size."""

import os

_PIECE = 1 << 20


def sha256_of(path: str) -> tuple[int, str]:
    """Size in bytes and sha256 in hexadecimal digits, of the same reading. Raises OSError, also where it is no regular
    file: nobody knows when the reading of a pipe would end."""
    import stat
    from hashlib import sha256

    digest, size = sha256(), 0
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(opened, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError(22, "not a regular file", path)
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
