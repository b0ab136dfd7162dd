"""What a program's section says, kept as it is written for clients that ask about it (getAllConfigInfo).

Invariant: nothing here decides how a process is run; that is read from the same keys by programs.py and logs.py.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sexton.config.supervisord.expansions import spoken
from sexton.config.supervisord.words import boolean, byte_size, exit_codes, integer
from sexton.model.supervisord import AUTO, Channel, Described

if TYPE_CHECKING:
    from sexton.config.supervisord.sections import Keys

_NONE = ("none", "off")
_AUTO = ("auto", "syslog")  # what would go to syslog goes where it would by itself


def describe(keys: Keys) -> Described:
    """Of one process; `keys` are those of its section with the process's own expansions."""
    redirected = keys.read("redirect_stderr", boolean, False)
    errors = _channel(keys, "stderr")
    url = keys.read("serverurl", str, "")
    return Described(
        command=spoken(keys.held("command")),
        directory=spoken(keys.held("directory")) if "directory" in keys else None,
        uid=_uid(spoken(keys.held("user"))),
        exit_codes=tuple(keys.read("exitcodes", exit_codes, [0])),
        priority=keys.read("priority", integer, 999),
        redirect_stderr=redirected,
        url=None if not url or url.strip().upper() == "AUTO" else url,
        output=_channel(keys, "stdout"),
        errors=errors._replace(logfile=None) if redirected else errors,
        start_retries=keys.read("startretries", integer, 3),
        start_seconds=keys.read("startsecs", integer, 1),
        stop_seconds=keys.read("stopwaitsecs", integer, 10),
    )


def _channel(keys: Keys, channel: str) -> Channel:
    key = f"{channel}_logfile"
    return Channel(
        logfile=_logfile(spoken(keys.held_twice(key))) if key in keys else AUTO,
        maxbytes=keys.read(f"{channel}_logfile_maxbytes", byte_size, 50 * 1024**2),
        backups=keys.read(f"{channel}_logfile_backups", integer, 10),
        capture=keys.read(f"{channel}_capture_maxbytes", byte_size, 0),
        events=keys.read(f"{channel}_events_enabled", boolean, False),
    )


def _logfile(text: str) -> str | None:
    word = text.lower()
    return None if word in _NONE else AUTO if word in _AUTO else os.path.expanduser(text)


def _uid(user: str) -> int | None:
    import pwd

    try:
        return int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid if user else None
    except KeyError:  # which is said elsewhere
        return None
