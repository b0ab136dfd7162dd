"""Rotation by rename(2): NAME becomes NAME.1, NAME.1 becomes NAME.2, and the oldest of `keep` goes.

A rotation may be compressed: then its name ends in `.gz`. What is not a regular file of ours (another kind, another
owner) is neither moved nor removed; its number is passed over. Nothing is truncated: who reads a file that goes can
read it to its end. Whatever the moment of a crash, every byte is under one name, and the next rotation closes the gap.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress

from sexton.logs import files

GZIPPED = ".gz"
_STRANGERS = 100  # numbers that may be passed over
_SURPLUS = 1000  # rotations beyond `keep` that go at once, after `keep` was made smaller


def begin_anew(path: str, file: int, keep: int) -> tuple[int, int, int]:
    """Rotate the file at `path`, open as `file`: the new descriptor, its size, and how many bytes had to go.

    `keep` 0 leaves nothing of the old file. When somebody moved it away, the file that is at `path` now is taken up.
    The new file has the permission bits of the old. Raises OSError; then `file` is still open, its content still there.
    """
    mode = stat.S_IMODE(os.fstat(file).st_mode)
    if not _is_open_as(path, file):
        taken, size = files.open_append(path, mode)
        os.close(file)
        return taken, size, 0
    fresh = f"{path}.new"
    discard(fresh)
    new = files.create(fresh, mode)
    try:
        if stat.S_IMODE(os.fstat(new).st_mode) != mode:  # the umask takes what somebody has given the old one
            os.fchmod(new, mode)
        shed = _make_room(path, keep)
        os.rename(fresh, path)
    except OSError:
        os.close(new)
        raise
    os.close(file)
    return new, 0, shed


def slots(path: str, keep: int) -> list[str]:
    """The names that rotations of `path` may have, newest first, without `.gz`."""
    found: list[str] = []
    for number in range(1, keep + _STRANGERS + 1):
        if len(found) == keep:
            break
        if not _is_strange(slot := f"{path}.{number}"):
            found.append(slot)
    return found


def is_ours(path: str) -> bool:
    """Whether there is a regular file of ours, one that may be moved and removed."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()


def rotated_bytes(path: str) -> int:
    """Bytes of output in the rotations of `path`, up to the first number that is free."""
    total, number = 0, 1
    while forms := _forms(f"{path}.{number}"):
        with suppress(OSError):  # something else has that number
            total += _held(forms[0])
        number += 1
    return total


def discard(path: str) -> int:
    """Remove a file of ours, if there is one; how many bytes of output it held."""
    if not is_ours(path):
        return 0
    held = _held(path)
    os.unlink(path)
    return held


def _make_room(path: str, keep: int) -> int:
    """Free `path`; how many bytes had to go."""
    names = [path, *slots(path, keep)]
    free = next((n for n, name in enumerate(names) if n and not _forms(name)), None)
    shed = 0
    if free is None:
        shed = sum(map(discard, _forms(names[-1])))
        free = len(names) - 1
    for number in range(free, 0, -1):
        for form in _forms(names[number - 1]):
            os.rename(form, names[number] + form.removeprefix(names[number - 1]))
    return shed + sum(map(discard, _surplus(names, path)))


def _surplus(names: list[str], path: str) -> Iterator[str]:
    """Rotations that an earlier, larger `keep` left."""
    last = int(names[-1].rpartition(".")[2]) if len(names) > 1 else 0
    for number in range(last + 1, last + _SURPLUS):
        forms = [form for form in _forms(f"{path}.{number}") if is_ours(form)]
        if not forms:
            return
        yield from forms


def _forms(name: str) -> list[str]:
    """What there is of a rotation: plain, compressed, or, after a crash, both."""
    return [form for form in (name, name + GZIPPED) if os.path.lexists(form)]


def _is_strange(slot: str) -> bool:
    return any(not is_ours(form) for form in _forms(slot))


def _is_open_as(path: str, file: int) -> bool:
    with suppress(FileNotFoundError):
        there, ours = os.lstat(path), os.fstat(file)
        if not stat.S_ISREG(there.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
    return False


def _held(path: str) -> int:
    """Bytes of output in a file; a compressed one says them, modulo 2**32, in its last four bytes (RFC 1952)."""
    size, last = files.read_end(path, 4)
    return int.from_bytes(last, "little") if path.endswith(GZIPPED) else size
