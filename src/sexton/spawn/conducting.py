"""Starting the conductor of a job's steps: its folder, and its order with the secrets in it.

The order is a file in memory, its standard input: a secret's value is in no argument, no environment and on no disk.
Loaded when a job of steps runs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sexton.model.errors import SpawnError
from sexton.model.process import Process, User

_PASSABLE = 0o711


def order_text(order: Mapping[str, Any], secrets: Iterable[str], value: Callable[[str], str]) -> str:
    """The order as the conductor reads it. Raises SpawnError for a secret that was not read."""
    return json.dumps({**order, "secrets": {name: value(name) for name in secrets}})


def make_place(place: str, process: Process) -> None:
    """Make the folder of a job's steps, for the user of its process alone. Raises SpawnError."""
    try:
        _make(place, process.user)
    except OSError as error:
        raise SpawnError(
            f"cannot make the folder of its steps: {error.strerror} ({error.filename or place})"
        ) from error


def _make(place: str, user: User | None) -> None:
    steps = os.path.dirname(place)
    os.makedirs(steps, mode=0o700, exist_ok=True)
    os.makedirs(place, mode=0o700, exist_ok=True)
    found = os.lstat(place)
    owner = (os.geteuid(), os.getegid()) if user is None else (user.uid, user.gid)
    if (found.st_uid, found.st_gid) != owner:
        os.chown(place, *owner, follow_symlinks=False)
    if owner[0] != os.geteuid():
        for folder in (steps, os.path.dirname(steps)):  # another user passes through, and can list neither
            mode = os.stat(folder).st_mode & 0o7777
            if mode & 0o111 != 0o111:
                os.chmod(folder, mode | _PASSABLE)


def remove_before(steps: str, before: float, going: Iterable[str]) -> int:
    """Remove the folders of runs in all jobs of `steps` in which nothing was done since `before` (seconds since 1970),
    but for those that are `going` (as `JOB/run-ID`); how many."""
    removed = 0
    kept = {os.path.join(steps, each) for each in going}
    for path in list(_runs(steps)):
        if path not in kept and os.lstat(path).st_mtime < before:
            _remove(path)
            removed += 1
    return removed


def _runs(steps: str) -> Iterable[str]:
    for job in _folders(steps):
        yield from (run.path for run in _folders(job.path) if run.name.startswith("run-"))


def _folders(path: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            return [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def _remove(path: str) -> None:
    import shutil

    shutil.rmtree(path, ignore_errors=True)
