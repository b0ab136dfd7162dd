"""Stopping: every run is asked to end, and within `stop_within` nothing of ours is left.

One deadline for all: each run gets its own stop timeout or what is left, whichever is shorter; one second before the
end everything that still lives is killed, and what is recorded by then is recorded.
"""

from collections.abc import Callable

from sexton.engine.lives import Lives
from sexton.engine.room import Room
from sexton.engine.scheduler import Scheduler
from sexton.engine.tables import World
from sexton.model.units import SECOND, Duration

LAST_SECOND: Duration = SECOND


class Shutdown:
    """`done` is called once, when all runs are recorded or the time is over."""

    def __init__(self, world: World, lives: Lives, scheduler: Scheduler, room: Room, done: Callable[[], None]) -> None:
        self._world = world
        self._lives = lives
        self._scheduler = scheduler
        self._room = room
        self._done = done
        self.begun = False
        self._finished = False

    def begin(self, why: str) -> None:
        """Start nothing more and stop what runs; asked again, do not wait for the stubborn any longer."""
        within = self._world.plan.settings.stop_within
        patience = 0 if self.begun else max(0, within - LAST_SECOND)
        if not self.begun:
            self.begun = True
            self._lives.killed = False  # what counts from here on is who did not heed this stop
            self._scheduler.stop()
            self._room.close()
            self._world.loop.after(patience, self._kill_all)
            self._world.loop.after(within - LAST_SECOND // 2, self._finish)
        self._world.logs.say("info", f"stopping: {why}", event="stopping")
        for entry in list(self._world.runs):
            self._lives.cancel(entry, "shutdown", patience)
        self.check()

    def check(self) -> None:
        """Called after every release: the last run's end lets us go."""
        if self.begun and not self._world.runs:
            self._finish()

    def _kill_all(self) -> None:
        if self._world.spawner.kill_tree(0, self._world.identity.mark):
            self._lives.killed = True

    def _finish(self) -> None:
        if self._finished:
            return
        self._finished = True
        self._kill_all()
        for entry in self._world.runs:
            self._world.logs.say("error", f"{entry.run.job}: run {entry.run.id} could not be recorded before the end")
        self._done()
