"""Jobs that run when files appear: their folders are watched, and what appears calls for a run.

What appears within SETTLE, or while a run of the job goes or waits, is taken together: a flood of files leads to one
run after another, never to many. What came while nobody watched (before the start, or while the folder was not there)
is known by its change time, which is after the job's last run was called for. Loaded when a plan has such a job.
Invariant: after a file has appeared, a run of its job begins.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sexton.core.slots import event_slot
from sexton.engine.loop.linux import IN_ARRIVED, IN_FOLDERS, IN_ISDIR, IN_OVERFLOW, FolderWatch
from sexton.engine.reload import in_thread
from sexton.model.errors import SextonError
from sexton.model.job import OnFile
from sexton.model.ledger import Latest, Queued, Row
from sexton.model.units import MILLISECOND, Duration, Instant

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.ports import Timer

SETTLE: Duration = 100 * MILLISECOND  # for what arrives together
COARSE: Duration = 20 * MILLISECOND  # by how much a file system's clock may be behind


class Arrival:
    """One such job: what has appeared and called for no run yet."""

    __slots__ = ("first", "name", "on", "there", "timer", "watched")

    def __init__(self, name: str, on: OnFile) -> None:
        self.name = name
        self.on = on
        self.watched = -1  # the number of its folder's events; that of a folder above while it is not there
        self.there = False  # whether it is its own folder that is watched
        self.first: str | None = None  # the path of what has appeared
        self.timer: Timer | None = None

    def heeds(self, what: int, name: str) -> bool:
        """Whether an event in its own folder is one of a file that is meant."""
        return bool(what & IN_ARRIVED) and not what & IN_ISDIR and fnmatchcase(name, self.on.pattern)


class Arrivals:
    """Watches for the jobs of the present plan, until `close`. `aside` runs work beside the loop."""

    def __init__(self, engine: Engine, aside: Callable[[Callable[[], None]], None] = in_thread) -> None:
        self._engine = engine
        self._world = engine.world
        self._aside = aside
        self._folders = FolderWatch()
        self._closed = False
        self._since: dict[str, Instant] = {}  # when the job's last run was called for
        jobs = self._world.plan.jobs.values()
        self._arrivals = {job.name: Arrival(job.name, job.on) for job in jobs if isinstance(job.on, OnFile)}
        self._world.loop.watch(self._folders.fd, self._told)
        self._world.store.ask(Latest(), self._begin)

    def close(self) -> None:
        """Watch no more. What has appeared and called for no run is found again by whoever watches next."""
        self._closed = True
        self._world.loop.unwatch(self._folders.fd)
        self._folders.close()
        for arrival in self._arrivals.values():
            if arrival.timer is not None:
                arrival.timer.cancel()

    def look(self, name: str) -> None:
        """A run of the job is over: what has appeared meanwhile calls for another."""
        arrival = self._arrivals.get(name)
        if arrival is not None and arrival.first is not None:
            self._settle(arrival)

    def look_at_all(self) -> None:
        """Runs may be called for again."""
        for name in self._arrivals:
            self.look(name)

    def _begin(self, rows: tuple[Row, ...] | SextonError) -> None:
        if self._closed:
            return
        if isinstance(rows, SextonError):  # then what is there counts as new: a run too many, but none too few
            rows = ()
        self._since = {row.job: row.created for row in rows}
        for arrival in self._arrivals.values():
            self._attach(arrival)

    def _attach(self, arrival: Arrival) -> None:
        """Watch its folder, or what is there of the way to it."""
        path, folder = arrival.on.folder, arrival.on.folder
        while True:
            try:
                arrival.watched = self._folders.add(path, IN_ARRIVED | IN_FOLDERS)
            except (FileNotFoundError, NotADirectoryError):
                path = os.path.dirname(path)
                continue
            except OSError as error:
                said = f"{arrival.name}: cannot watch {path} for files: {error}; a reload tries again"
                self._world.logs.say("error", said)
                return
            arrival.there = path == folder
            if arrival.there:
                self._search(arrival)
                return
            if not os.path.isdir(folder):
                self._world.logs.say("warning", f"{arrival.name}: there is no folder {folder}; waiting for it")
                return
            path = folder  # it was made in the meantime

    def _search(self, arrival: Arrival) -> None:
        """Look for what came while nobody watched; a folder may hold very much, so not in the loop."""
        entry = self._world.jobs[arrival.name]
        since = max([self._since.get(arrival.name, 0), *(run.created for run in entry.going)]) - COARSE

        def search() -> None:
            path = _find(arrival.on, since)
            if path is not None:
                self._world.loop.post(lambda: self._appeared(arrival, path))

        self._aside(search)

    def _told(self) -> None:
        moved: dict[str, Arrival] = {}  # whose folder may be another one now
        for folder, what, name in self._folders.events():
            for arrival in self._arrivals.values():
                if what & IN_OVERFLOW or (arrival.watched == folder and not (name and arrival.there)):
                    moved[arrival.name] = arrival
                elif arrival.watched == folder and arrival.heeds(what, name):
                    self._appeared(arrival, os.path.join(arrival.on.folder, name))
        for arrival in moved.values():
            self._attach(arrival)

    def _appeared(self, arrival: Arrival, path: str) -> None:
        if not self._closed and arrival.first is None:
            arrival.first = path
            self._settle(arrival)

    def _settle(self, arrival: Arrival) -> None:
        if arrival.timer is None:
            arrival.timer = self._world.loop.after(SETTLE, lambda: self._call(arrival))

    def _call(self, arrival: Arrival) -> None:
        """Call for the run, unless one goes or waits: then its end does."""
        arrival.timer = None
        entry = self._world.jobs.get(arrival.name)
        idle = entry is not None and not entry.busy and not (self._engine.halted or self._engine.shutdown.begun)
        if entry is None or arrival.first is None or not idle:
            return
        now = self._since[arrival.name] = self._world.now()
        told, arrival.first = {"SEXTON_EVENT_FILE": arrival.first}, None
        self._engine.requests.react(
            entry, Queued(arrival.name, event_slot("file", arrival.on.pattern, now), now, now, env=told)
        )


def _find(on: OnFile, since: Instant) -> str | None:
    """A file that has appeared since."""
    try:
        with os.scandir(on.folder) as found:
            for one in found:
                if fnmatchcase(one.name, on.pattern) and one.is_file() and one.stat().st_ctime_ns // 1000 >= since:
                    return one.path
    except OSError:  # it has gone again: whoever watches is told
        return None
    return None
