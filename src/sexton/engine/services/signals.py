"""The signals that processes of services get: the one that asks them to stop, KILL, and whatever a person sends.

When a service is stopped or killed is core/services.py's; whom that reaches, the process alone or all that it has
started, its `stop` says. Invariant: what did not heed its signal and was killed is remembered in `World.killed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.engine.services.entry import ServiceEntry
from sexton.model.process import Reach

if TYPE_CHECKING:
    from sexton.engine.tables import World

SIGKILL = 9


class Signals:
    """Sends them, and decides nothing."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, entry: ServiceEntry, signum: int) -> bool:
        """Send a signal to whom its stop signal would go; False when it has no process."""
        if not entry.standing.pid:
            return False
        self._send(entry, signum)
        return True

    def _send(self, entry: ServiceEntry, signum: int) -> None:
        if entry.service.process.stop.reach is Reach.GROUP:
            self._world.spawner.signal_group(entry.standing.pid, signum)
        else:
            self._world.spawner.signal(entry.standing.pid, signum)

    def condemn(self, entry: ServiceEntry, why: str) -> None:
        """End a process that is of no use, as one that has failed, so that `restart` and `budget` answer it: with its
        stop signal, and KILL when that does not do."""
        pid, stop = entry.standing.pid, entry.service.process.stop

        def insist() -> None:
            if entry.standing.pid == pid and entry.condemned:
                self.kill(entry)

        if self.send(entry, stop.signal):
            entry.condemned = why
            self._world.loop.after(stop.timeout, insist)

    def stop(self, entry: ServiceEntry) -> None:
        self._send(entry, entry.service.process.stop.signal)

    def kill(self, entry: ServiceEntry) -> None:
        self._world.killed = True
        if entry.service.process.stop.kill_reach is Reach.GROUP:
            self._world.spawner.kill_tree(entry.standing.pid, self._mark(entry))
        else:
            self._world.spawner.signal(entry.standing.pid, SIGKILL)

    def sweep(self, entry: ServiceEntry) -> None:
        if entry.service.process.stop.kill_reach is not Reach.GROUP:
            return
        if not self._world.children.may_have_left(entry.service.name, self._world.identity.mark):
            return
        if self._world.spawner.kill_tree(0, self._mark(entry)):
            self._world.killed = True

    def _mark(self, entry: ServiceEntry) -> str:
        return f"{self._world.identity.mark}\0SEXTON_SERVICE={entry.service.name}"
