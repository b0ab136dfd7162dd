"""Whose clock the times of a folder's files are by: proc_pid_mountinfo(5) says what kind of file system it lies on.

Invariant: in doubt, the times are not ours, and files are watched instead.
"""

import os
import re
from collections.abc import Iterable

_MOUNTS = "/proc/self/mountinfo"
_THEIRS = {"nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "ceph", "afs", "lustre", "vboxsf"}
_WITHOUT = {"vfat", "msdos", "exfat"}  # anybody may set the only time that there is
_ESCAPE = re.compile(r"\\([0-7]{3})")


def is_ours(folder: str) -> bool:
    """Whether each change of a file sets a time that nobody else can set (st_ctime, inode(7)), by this machine's clock:
    not on a network drive, FUSE, or FAT."""
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as mounts:
            kind = kind_of(os.path.realpath(folder), mounts)
    except OSError:
        return False
    return bool(kind) and not kind.startswith("fuse") and kind not in _THEIRS | _WITHOUT


def kind_of(folder: str, mounts: Iterable[str]) -> str:
    """The type of the file system that `folder` lies on, by lines of mountinfo: of the innermost mount, and the last
    where several lie over each other. "" when there is none."""
    innermost, kind = "", ""
    for line in mounts:
        before, _, behind = line.partition(" - ")
        at = _ESCAPE.sub(lambda found: chr(int(found[1], 8)), before.split(" ")[4])
        if len(at) >= len(innermost) and f"{folder}/".startswith(f"{at.rstrip('/')}/"):
            innermost, kind = at, behind.split(" ")[0]
    return kind
