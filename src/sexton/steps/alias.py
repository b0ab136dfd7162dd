"""Whether two paths lead to one name of a file: through links, mounts, or however letters are written.

Whoever deletes one of two names has the file under the other; who deletes the one name that there is has lost it.
"""

import os


def is_one_name(one: str, other: str) -> bool:
    """False for two names of one file (hard links), too. Raises OSError, also where one of them is not there."""
    first, second = os.lstat(one), os.lstat(other)
    if os.path.basename(one) == os.path.basename(other) and os.path.samefile(_folder(one), _folder(other)):
        return True
    if first.st_dev != second.st_dev:
        return _inode(first) == _inode(second)
    return os.path.samestat(first, second) and first.st_nlink < 2


def _inode(found: os.stat_result) -> tuple[int, int, int]:
    """What two file systems say alike of one file that both show, such as an overlay and what it is made of, or a
    server's folder and its export; the last change of two files is never at one nanosecond, a copy's least of all."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _folder(path: str) -> str:
    return os.path.dirname(path) or "."
