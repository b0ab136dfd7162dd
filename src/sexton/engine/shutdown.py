"""Stopping: nothing starts any more, every run is asked to end, and within `stop_within` nothing of ours is left.

One deadline for all: each run gets its own stop timeout or what is left, whichever is shorter; one second before the
end everything that still lives is killed, and what is recorded by then is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sexton.core.chain import SHUTDOWN
from sexton.engine.runs.lives import Lives
from sexton.engine.runs.room import Room
from sexton.engine.runs.scheduler import Scheduler
from sexton.engine.services.services import Services
from sexton.engine.survivors import Survivors
from sexton.engine.tables import World
from sexton.model.units import SECOND, Duration, Elapsed

if TYPE_CHECKING:
    from sexton.engine.notices.outbox import Outbox
    from sexton.ports import Carrier

LAST_SECOND: Duration = SECOND
LAST_NOTICES: Duration = 3 * SECOND  # for what is still to be told; the rest is told after the next start


class Parts(NamedTuple):
    """What has to be stopped."""

    lives: Lives
    services: Services
    scheduler: Scheduler
    room: Room


class Shutdown:
    """`done` is called once, when all runs are recorded and all processes gone, or the time is over."""

    def __init__(self, world: World, parts: Parts, done: Callable[[], None]) -> None:
        self._world = world
        self._parts = parts
        self._done = done
        self._leftovers = Survivors(world, self.check)
        self.ends: Elapsed | None = None  # when the whole stop, closing included, shall be over
        self._finished = False
        self._telling = False  # whether all is over but for the last notices

    @property
    def begun(self) -> bool:
        return self._world.stopping

    def begin(self, why: str) -> None:
        """Start nothing more and stop what runs; asked again, do not wait for the stubborn any longer."""
        within = self._world.plan.settings.stop_within
        last = min(LAST_SECOND, within // 3)
        patience = 0 if self.begun else within - last
        self._world.logs.say("info", f"stopping: {why}", event="stopping")
        if not self.begun:
            self._begin(patience, within - last // 2)
        for entry in list(self._world.runs):
            self._parts.lives.cancel(entry, SHUTDOWN, patience)
        self._parts.services.stop_all(patience)
        if self._telling:  # and who is told what is over can wait for the next start
            self._finish()
        self.check()

    def _begin(self, patience: Duration, latest: Duration) -> None:
        self._world.stopping = True
        self.ends = self._world.loop.clock.now().elapsed + self._world.plan.settings.stop_within
        self._world.killed = False  # what counts from here on is who did not heed this stop
        self._parts.scheduler.stop()
        self._parts.room.close()
        if self._world.listeners is not None:
            self._world.listeners.stopping()
        self._world.loop.after(patience, self._kill_all)
        self._world.loop.after(latest, self._finish)
        self._leftovers.end(patience, spare=self._is_going, why="outlived its run")

    def check(self) -> None:
        """Called whenever a run, service or leftover is over: the last one's end lets us go."""
        if self.begun and not self._world.runs and not self._parts.services.alive and not self._leftovers:
            self._tell_the_last()

    def _tell_the_last(self) -> None:
        """Whoever is told something is told of the last end, too, as far as that takes no longer than it may."""
        if self._world.notices is None:
            self._finish()
        elif not self._telling:
            self._telling = True
            self._world.loop.after(LAST_NOTICES, self._finish)
            self._world.notices.outbox.finish(self._finish)

    def _is_going(self, carrier: Carrier) -> bool:
        """Whether a process belongs to a run or service that is being stopped, which sees to it itself."""
        if "SEXTON_SINK" in carrier.env:  # it delivers what it has, as long as there is time
            return True
        run, service = carrier.env.get("SEXTON_RUN_ID"), carrier.env.get("SEXTON_SERVICE")
        if run is not None:
            return run.isdigit() and int(run) in self._world.by_id
        return service in self._parts.services.alive

    def _kill_all(self) -> None:
        if self._world.spawner.kill_all(self._world.identity.mark):
            self._world.killed = True

    def _finish(self) -> None:
        if self._finished:
            return
        self._finished = True
        if self._world.notices is not None:
            self._say_what_waits(self._world.notices.outbox)
            self._world.notices.outbox.halt()
        self._kill_all()
        for entry in self._world.runs:
            self._world.logs.say("error", f"{entry.run.job}: run {entry.run.id} could not be recorded before the end")
        self._done()

    def _say_what_waits(self, outbox: Outbox) -> None:
        """Whoever stops Sexton knows what nobody has been told yet."""
        waiting = {name: entry.pending for name, entry in outbox.sinks.items() if entry.pending}
        if waiting:
            from sexton.core.notice_text import left_untold

            said = left_untold(waiting, kept=self._world.plan.settings.state != ":memory:")
            self._world.logs.say("warning", said, event="notices_wait")
