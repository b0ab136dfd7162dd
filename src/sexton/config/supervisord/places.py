"""Where Sexton keeps its things for a file that says nothing of that: as the user whom it will run as."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sexton.config.expand import literal
from sexton.config.places import Homeless, default_socket, default_state

if TYPE_CHECKING:
    from pwd import struct_passwd


def who_runs(user: str | None) -> tuple[int, int]:
    """The user's and the group's id that Sexton will have; `user` is whom it is about to become."""
    try:
        account = None if user is None else account_of(user)
    except KeyError:  # whoever becomes that user says so
        account = None
    return (os.geteuid(), os.getegid()) if account is None else (account.pw_uid, account.pw_gid)


def account_of(user: str) -> struct_passwd:
    """The entry in passwd(5) of a name or a number, as supervisor tells them apart. Raises KeyError."""
    import pwd

    return pwd.getpwuid(int(user)) if user.isdecimal() else pwd.getpwnam(user)


def temporary(environ: Mapping[str, str], uid: int) -> str:
    """The folder of logs: one of our own where temporary files go."""
    named = (environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    folder = next((each for each in (*named, "/tmp", "/var/tmp") if each and os.access(each, os.W_OK)), "/tmp")
    return os.path.join(os.path.abspath(folder), f"sexton-{uid}", "log")


def places_of(environ: Mapping[str, str], uid: int) -> dict[str, str]:
    """The defaults of another user."""
    try:
        state = {"state": f"sqlite:///{literal(default_state(environ, uid))}"}
    except Homeless:
        state = {}
    return {"socket": literal(default_socket(environ, uid))} | state
