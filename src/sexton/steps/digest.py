"""The sha256 of a file, read in pieces: memory stays flat whatever its size."""

from sexton.steps.regular import opened

_PIECE = 1 << 20


def sha256_of(path: str) -> tuple[int, str]:
    """Size in bytes and sha256 in hexadecimal digits, of the same reading. Raises OSError, also where it is no regular
    file."""
    from hashlib import sha256

    digest, size = sha256(), 0
    with opened(path) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
