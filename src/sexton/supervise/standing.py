"""What `[supervisord]` asks of the process itself: its user, how many files and processes it may have, its folders.

Invariant: what was asked for is there when these return; nothing goes on with less than that.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from sexton.config.supervisord.places import account_of
from sexton.model.errors import SextonError
from sexton.supervise.modules import load_what_cannot_be_read_by

if TYPE_CHECKING:
    from pwd import struct_passwd

    from sexton.model.supervisord import Supervisord


class Unmet(SextonError):
    """Something that was asked for cannot be had here."""


def become(user: str | None) -> None:
    """Give up root's rights for those of `user`, a name or a number, with all its groups. Raises Unmet."""
    account = other(user)
    if account is None:
        return
    groups = os.getgrouplist(account.pw_name, account.pw_gid)
    try:
        load_what_cannot_be_read_by(account.pw_uid, account.pw_gid, groups)
        os.setgroups(groups)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    except OSError as error:
        raise Unmet(f"user: cannot become {user}: {error.strerror}") from None


def other(user: str | None) -> struct_passwd | None:
    """Whom to become for `user`; None for whom we are. Raises Unmet where that cannot be."""
    if user is None:
        return None
    try:
        account = account_of(user)
    except KeyError:
        raise Unmet(f"user: there is no user {user} on this machine; add it, or name another") from None
    if os.geteuid() == account.pw_uid:
        return None
    if os.geteuid() != 0:
        raise Unmet(f"user: only root can become {user}; start it as root, or leave `user` out")
    return account


def refuse_unreadable() -> None:
    """Raises Unmet where this process may not read its own Python any more."""
    import sys

    for path in (sys.executable, os.__file__, __file__):
        if not os.access(path, os.R_OK):
            raise Unmet(f"user: uid {os.geteuid()} cannot read {path}, of which a new start is made; let it")


def raise_limits(main: Supervisord) -> None:
    """Have no less than `minfds` open files and `minprocs` processes (getrlimit(2)). Raises Unmet."""
    from resource import RLIMIT_NOFILE, RLIMIT_NPROC

    _raise("minfds", RLIMIT_NOFILE, main.minfds)
    _raise("minprocs", RLIMIT_NPROC, main.minprocs)


def _raise(key: str, limit: int, least: int) -> None:
    from resource import RLIM_INFINITY, getrlimit, setrlimit

    soft, hard = getrlimit(limit)
    if soft == RLIM_INFINITY or soft >= least:
        return
    if hard != RLIM_INFINITY and hard < least:
        hard = least  # which root may
    try:
        setrlimit(limit, (least, hard))
    except (ValueError, OSError):
        said = f"{key}: {least} cannot be had here, the limit is {soft}; raise that, or lower `{key}`"
        raise Unmet(said) from None


def own_folder(folder: str) -> str | None:
    """`sexton-UID`, where the folder of logs is in there: among temporary files, for nothing was said of it."""
    own = os.path.dirname(folder)
    return own if os.path.basename(own) == f"sexton-{os.geteuid()}" else None


def ensure_folder(folder: str) -> None:
    """Make the folder of logs. One that is ours by its name, `sexton-UID`, must not be another's: raises Unmet."""
    own = own_folder(folder)
    if own is None:
        return
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        status = os.lstat(own)
    except OSError:
        return  # no place for temporary files: who wants to write there will say so
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise Unmet(f"childlogdir: {own} belongs to somebody else, or others may write there; name another folder")
