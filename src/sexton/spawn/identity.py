"""Whether a started process runs as the user it was meant to: the kernel's word for it (proc_pid_status(5)).

`fork_exec` sets the supplementary groups, then the group, then the user, in the child and before the program, and
says so when one of them fails; here it is looked at once more from outside. A process that has ended already keeps its
identity until it is collected, which only we do: there is no race with its end. A program whose file has the set-uid
or set-gid bit (sudo, ping) changes who it is by right, so nothing can be concluded from that.
"""

import os
import stat
from collections.abc import Iterable

from sexton.model.errors import SpawnError
from sexton.model.process import User

_ASKED = (b"Uid", b"Gid", b"Groups")


def verify_user(pid: int, user: User, program: Iterable[bytes]) -> None:
    """Raises SpawnError when `pid` is not `user` through and through; `program` are the files it may have started."""
    try:
        found = _identity(pid)
    except OSError as error:
        raise SpawnError(f"cannot tell as whom it runs: {error.strerror}") from error
    meant = {b"Uid": {user.uid}, b"Gid": {user.gid}, b"Groups": set(user.groups)}
    if found != meant and not any(map(_changes_identity, program)):
        wrong = ", ".join(f"{name.decode()} {sorted(found[name])}" for name in _ASKED if found[name] != meant[name])
        raise SpawnError(f"cannot become user {user.name!r}: the process has {wrong}; it was killed")


def _identity(pid: int) -> dict[bytes, set[int]]:
    """The real, effective, saved and file system ids, and the supplementary groups."""
    with open(f"/proc/{pid}/status", "rb") as file:
        fields = dict(line.split(b":", 1) for line in file if b":" in line)
    return {name: set(map(int, fields[name].split())) for name in _ASKED}


def _changes_identity(program: bytes) -> bool:
    try:
        return bool(os.stat(program).st_mode & (stat.S_ISUID | stat.S_ISGID))
    except OSError:
        return False
