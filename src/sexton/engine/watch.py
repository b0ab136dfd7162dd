"""Reload on change: the folders of the plan's files are watched, and a file that is another than before asks for it.

Editors write in several steps, and Kubernetes swaps a link beside the file: so nothing is decided before the folder has
been quiet for SETTLE, and then by what the files are (device, inode, size, time), not by what was told.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sexton.engine.loop.linux import FolderWatch
from sexton.model.units import MILLISECOND, Duration

if TYPE_CHECKING:
    from sexton.engine.reload import Reload
    from sexton.engine.tables import World
    from sexton.ports import Timer

SETTLE: Duration = 200 * MILLISECOND

Look = tuple[tuple[str, tuple[int, int, int, int] | None], ...]


class Watch:
    """Watches the files of the world's plan, whichever that is, until `close`."""

    def __init__(self, world: World, reload: Reload) -> None:
        self._world = world
        self._reload = reload
        self._folders = FolderWatch()
        self._timer: Timer | None = None
        self._seen: Look = ()
        self._begin()
        world.loop.watch(self._folders.fd, self._told)

    def close(self) -> None:
        self._world.loop.unwatch(self._folders.fd)
        self._folders.close()

    def _begin(self) -> None:
        files = self._world.plan.files
        for folder in {os.path.dirname(path) for file in files for path in (file, os.path.realpath(file))}:
            try:
                self._folders.add(folder)
            except OSError as error:
                self._world.logs.say("warning", f"watch: cannot watch {folder}: {error}; SIGHUP reloads all the same")
        known = dict(self._seen)  # as they were before they were read: what has changed since is yet to be taken up
        self._seen = tuple((file, known.get(file, now)) for file, now in look(files))

    def _told(self) -> None:
        self._folders.acknowledge()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._world.loop.after(SETTLE, self._compare)

    def _compare(self) -> None:
        self._timer = None
        if look(self._world.plan.files) != self._seen:
            self._seen = look(self._world.plan.files)
            self._reload.ask(lambda said: self._begin())


def look(files: Iterable[str]) -> Look:
    """What the files are now; None for one that is not there."""
    return tuple((file, _status(file)) for file in files)


def _status(file: str) -> tuple[int, int, int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
