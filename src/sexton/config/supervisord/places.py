"""Where Sexton keeps its things for a file that says nothing of that: as the user whom it will run as."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sexton.config.expand import literal
from sexton.config.places import Homeless, default_socket, default_state


def who_runs(user: str | None) -> tuple[int, int]:
    """The user's and the group's id that Sexton will have; `user` is whom it is about to become."""
    import pwd

    own = os.geteuid(), os.getegid()
    if user is None:
        return own
    try:
        account = pwd.getpwuid(int(user)) if user.isdecimal() else pwd.getpwnam(user)
    except KeyError:  # whoever becomes that user says so
        return own
    return account.pw_uid, account.pw_gid


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
