"""Whether two paths lead to one name of a file: through links, mounts, or however letters are written.

Whoever deletes one of two names has the file under the other; who deletes the one name that there is has lost it.
"""

import os


def is_one_name(one: str, other: str) -> bool:
    """False for two names of one file (hard links), too. Raises OSError, also where one of them is not there."""
    first, second = os.lstat(one), os.lstat(other)
    if os.path.basename(one) == os.path.basename(other) and os.path.samefile(_folder(one), _folder(other)):
        return True
    return os.path.samestat(first, second) and first.st_nlink < 2


def _folder(path: str) -> str:
    return os.path.dirname(path) or "."
