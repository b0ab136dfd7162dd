"""What a program's keys say of its output → the key `log` of a service.

Files are made where their folders are missing; `syslog` is not spoken to, which is a warning. A path that leads to our
own standard output or standard error means that, whatever it is called.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sexton.config.supervisord.expansions import carried
from sexton.config.supervisord.words import boolean, byte_size, integer, size
from sexton.model.log import CHANNELS
from sexton.model.supervisord import AUTO

if TYPE_CHECKING:
    from sexton.config.supervisord.sections import Keys

NOTHING = "/dev/null"
_STREAMS = {
    **dict.fromkeys(("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/1/fd/1"), "/dev/stdout"),
    **dict.fromkeys(("/dev/stderr", "/dev/fd/2", "/proc/self/fd/2", "/proc/1/fd/2"), "/dev/stderr"),
    NOTHING: NOTHING,
}
_SYSLOG = "Sexton does not write to syslog; the output goes where it would without"
_MOST_KEPT = 1_000  # what Sexton's rotation takes
_OWN = "600"  # as tempfile makes them there
_DEFAULT_SIZE = 50 * 1024**2


def read_log(keys: Keys, automatic: str, mode: str) -> dict[str, Any]:
    """`automatic` is where standard error goes when nothing is said of it; the output has its place by itself. A file
    that has a name is made with the permission bits `mode`."""
    log, errors = _channel(keys, "stdout", "", mode) | _told(keys), _channel(keys, "stderr", automatic, mode)
    if keys.read("redirect_stderr", boolean, False):
        if logfile(keys, "stderr") not in (AUTO, NOTHING):
            keys.warning("stderr_logfile", "redirect_stderr sends standard error to where the output goes; left out")
        return log
    if "file" in log and log["file"] == errors["file"]:
        return log
    return log | {"stderr": errors}


def read_log_of_listener(keys: Keys, automatic: str, mode: str) -> dict[str, Any]:
    """Its log is that of standard error; what it answers is kept beside, in `automatic` when nothing is said of it."""
    log, answers = _channel(keys, "stderr", "", mode), _channel(keys, "stdout", automatic, mode)
    return log if answers["file"] in (log.get("file"), NOTHING) else log | {"stdout": answers}


def _told(keys: Keys) -> dict[str, Any]:
    """What of the output listeners are told."""
    events = [channel for channel in CHANNELS if keys.read(f"{channel}_events_enabled", boolean, False)]
    sizes = {channel: keys.read(f"{channel}_capture_maxbytes", byte_size, 0) for channel in CHANNELS}
    capture = {channel: size(count) for channel, count in sizes.items() if count > 0}
    return ({"events": events} if events else {}) | ({"capture": capture} if capture else {})


def _channel(keys: Keys, channel: str, automatic: str, mode: str) -> dict[str, Any]:
    file = logfile(keys, channel)
    if file == AUTO:
        file, mode = automatic, _OWN
    limits = {"max_size": _max_size(keys, f"{channel}_logfile_maxbytes"), "keep": _kept(keys, channel), "mode": mode}
    if file in _STREAMS:
        limits = {}
    return ({"file": file} if file else {}) | limits


def logfile(keys: Keys, channel: str) -> str:
    """A path, AUTO, or /dev/null for none."""
    key = f"{channel}_logfile"
    file = carried(keys.held_twice(key)) if key in keys else AUTO
    if file.lower() == "syslog" or (f"{channel}_syslog" in keys and keys.read(f"{channel}_syslog", boolean, False)):
        keys.warning(key if file.lower() == "syslog" else f"{channel}_syslog", _SYSLOG)
        file = AUTO if file.lower() == "syslog" else file
    if file.lower() in ("none", "off", ""):
        return NOTHING
    return AUTO if file.upper() == AUTO else _regular(keys, key, resolved(file))


def _regular(keys: Keys, key: str, path: str) -> str:
    """A pipe, a device or a folder is never written to as a log; what would have gone there has another place."""
    if path in _STREAMS or path.startswith("$") or os.path.isfile(path) or not os.path.exists(path):
        return path
    if key in keys:  # not one that another key stands in for
        keys.warning(key, f"{path} is no regular file, and only those can be logs; the output goes to an AUTO log")
    return AUTO


def resolved(file: str) -> str:
    """An absolute path, and no symbolic link; one of our own streams under its usual name."""
    if file.startswith("$"):  # not known yet whether it is a whole path
        return file
    path = os.path.abspath(os.path.expanduser(file))
    for _ in range(8):
        if path in _STREAMS:
            return _STREAMS[path]
        if not os.path.islink(path):
            break
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    return path


def _max_size(keys: Keys, key: str) -> str:
    return size(max(keys.read(key, byte_size, _DEFAULT_SIZE), 0))


def _kept(keys: Keys, channel: str) -> int:
    key = f"{channel}_logfile_backups"
    count = keys.read(key, integer, 10)
    if not 0 <= count <= _MOST_KEPT:
        keys.warning(key, f"{count} is out of range; from 0 to {_MOST_KEPT} are kept")
    return min(max(count, 0), _MOST_KEPT)
