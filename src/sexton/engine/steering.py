"""Steering services: what people and machines may ask of them and wish for, by the name of a service or a group.

A wish is answered when the services have settled: a start when they run or have failed to, a stop when nothing of
them lives.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from sexton.engine.engine import Engine
from sexton.engine.services import ALIVE, ServiceEntry
from sexton.engine.views import service_view
from sexton.model.errors import Refused
from sexton.model.service import ServiceState
from sexton.model.views import ServiceView

if TYPE_CHECKING:
    from sexton.ports import Answer

UNSETTLED = {
    "start": frozenset({ServiceState.STARTING}),
    "stop": ALIVE,
    "restart": ALIVE - {ServiceState.RUNNING},
    "signal": frozenset[ServiceState](),
}


class Steering:
    """The part of ports.Control that is about services."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._services = services = engine.services
        self._act: dict[str, Callable[[ServiceEntry], None]] = {
            "start": services.start,
            "stop": services.stop,
            "restart": services.restart,
            "signal": lambda entry: None,  # sent already, there is nothing to wait for
        }

    def services(self, answer: Answer) -> None:
        now = self._engine.world.now()
        answer([service_view(entry, now, self._engine.world.off) for entry in self._services.entries.values()])

    def service(self, name: str, answer: Answer) -> None:
        entry = self._services.entries.get(name)
        answer(service_view(entry, self._engine.world.now(), self._engine.world.off) if entry else _unknown(name))

    def steer(self, name: str, wish: str, answer: Answer, *, signum: int = 0) -> None:
        """`start`, `stop`, `restart` or `signal` a service or a group. Answer: a list of ServiceView, or Refused."""
        entries = self._named(name)
        if not entries:
            answer(_unknown(name))
        elif self._engine.shutdown.begun:
            answer(Refused("unavailable", "Sexton is stopping"))
        elif not self._engine.recovered:
            answer(Refused("unavailable", "Sexton is still ending what an earlier one left; try again in a moment"))
        elif wish != "stop" and (disabled := self._disabled(entries)):
            answer(Refused("conflict", f"{disabled} is disabled; enable it first"))
        elif wish == "signal" and not self._signalled(entries, signum):
            answer(Refused("conflict", f"{name} has no process to signal"))
        else:
            for entry in entries:
                self._act[wish](entry)
            _Settling(entries, wish, lambda: answer(self._views(entries)))

    def follow_service(self, name: str, wake: Callable[[], None]) -> Callable[[], None]:
        entry = self._services.entries.get(name)
        if entry is None:
            return lambda: None
        entry.watchers.append(wake)
        return lambda: _forget(entry, wake)

    def _named(self, name: str) -> list[ServiceEntry]:
        entries = self._services.entries
        if name in entries:
            return [entries[name]]
        return [entry for entry in entries.values() if entry.service.group == name]

    def _disabled(self, entries: list[ServiceEntry]) -> str | None:
        """The first of them that a person has disabled."""
        off = self._engine.world.off
        return next((each.service.name for each in entries if ("service", each.service.name) in off), None)

    def _signalled(self, entries: list[ServiceEntry], signum: int) -> int:
        """How many of them had a process to signal."""
        return sum(self._services.signal(entry, signum) for entry in entries)

    def _views(self, entries: list[ServiceEntry]) -> list[ServiceView]:
        now = self._engine.world.now()
        return [service_view(entry, now, self._engine.world.off) for entry in entries]


class _Settling:
    """Waits until every one of `entries` has settled, then calls `done` once."""

    def __init__(self, entries: list[ServiceEntry], wish: str, done: Callable[[], None]) -> None:
        self._entries = entries
        self._unsettled = UNSETTLED[wish]
        self._done = done
        for entry in entries:
            entry.watchers.append(self.look)
        self.look()

    def look(self) -> None:
        if any(entry.state in self._unsettled or entry.standing.again for entry in self._entries):
            return
        for entry in self._entries:
            _forget(entry, self.look)
        done, self._done = self._done, lambda: None
        done()


def _forget(entry: ServiceEntry, watcher: Callable[[], None]) -> None:
    with suppress(ValueError):
        entry.watchers.remove(watcher)


def _unknown(name: str) -> Refused:
    return Refused("not_found", f"there is no service or group {name!r}")
