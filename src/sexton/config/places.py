"""Where Sexton looks and keeps its things when the configuration does not say.

Root has the system's folders; everybody else those of the XDG Base Directory Specification, by which a variable
that is unset, empty or not absolute does not count. Nothing is created or tried here.
"""

import os
from collections.abc import Mapping

CONFIG_FILES = ("./sexton.toml", "/etc/sexton/sexton.toml")


class Homeless(Exception):
    """Neither XDG_STATE_HOME, nor HOME, nor the user database tells where this user's files belong."""

    def __init__(self, uid: int) -> None:
        super().__init__(f"user {uid} has no home folder; set it, or set XDG_STATE_HOME or HOME")


def default_state(environ: Mapping[str, str], uid: int) -> str:
    """The database's path. Raises Homeless."""
    return "/var/lib/sexton/state.db" if uid == 0 else os.path.join(_state_home(environ, uid), "sexton/state.db")


def default_log_dir(environ: Mapping[str, str], uid: int) -> str:
    """The folder of run logs. Raises Homeless."""
    return "/var/log/sexton" if uid == 0 else os.path.join(_state_home(environ, uid), "sexton/log")


def default_socket(environ: Mapping[str, str], uid: int) -> str:
    """The path of the socket that the command line talks to."""
    if uid == 0:
        return "/run/sexton/sexton.sock"
    return os.path.join(_absolute(environ, "XDG_RUNTIME_DIR") or f"/tmp/sexton-{uid}", "sexton/sexton.sock")


def _state_home(environ: Mapping[str, str], uid: int) -> str:
    stated = _absolute(environ, "XDG_STATE_HOME")
    if stated:
        return stated
    return os.path.join(_absolute(environ, "HOME") or _home_of(uid), ".local/state")


def _home_of(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_dir
    except KeyError:
        raise Homeless(uid) from None


def _absolute(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    return value if value.startswith("/") else ""
