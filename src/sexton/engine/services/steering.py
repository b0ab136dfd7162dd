"""Steering services: what people and machines may ask of them and wish for, by the names of services and groups.

A wish is answered when the services have settled: a start when they run or have failed to, a stop when nothing of
them lives. Several are started, stopped and restarted in the order in which they depend on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from sexton.engine.answers.views import service_view
from sexton.engine.engine import Engine
from sexton.engine.services.entry import ServiceEntry
from sexton.engine.services.services import Services
from sexton.engine.services.settled import needed_by, settled
from sexton.model.errors import Refused
from sexton.model.views import ServiceView

if TYPE_CHECKING:
    from sexton.ports import Answer


class Steering:
    """The part of ports.Control that is about services."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._services = services = engine.services
        self._act: dict[str, Callable[[list[ServiceEntry]], None]] = {
            "start": services.start_all,
            "stop": services.in_turn.stop,
            "restart": services.in_turn.restart,
        }

    def services(self, answer: Answer) -> None:
        answer(self._views(self._services.entries.values()))

    def service(self, name: str, answer: Answer) -> None:
        entry = self._services.entries.get(name)
        answer(self._views([entry])[0] if entry else _unknown(name))

    def listeners(self, answer: Answer) -> None:
        listeners = self._engine.world.listeners
        if listeners is None:
            answer([])
            return
        from sexton.engine.listeners.views import listener_view

        answer([listener_view(entry) for entry in listeners.entries.values()])

    def steer(self, name: str, wish: str, answer: Answer, *, signum: int = 0) -> None:
        """`start`, `stop`, `restart` or `signal` services and groups, several with commas between them. Answer: a list
        of ServiceView, or Refused, and then nothing was done."""
        entries = self._named(name)
        if isinstance(entries, Refused):
            answer(entries)
        else:
            self.order(entries, wish, answer, signum=signum)

    def order(
        self, entries: list[ServiceEntry], wish: str, answer: Answer, *, signum: int = 0, wait: bool = True
    ) -> None:
        """The same for these very services; without `wait` the answer is how they stand at once."""
        if self._engine.shutdown.begun:
            answer(Refused("unavailable", "Sexton is stopping"))
        elif not self._engine.recovered:
            answer(Refused("unavailable", "Sexton is still ending what an earlier one left; try again in a moment"))
        elif wish != "stop" and (disabled := self._disabled(entries)):
            answer(Refused("conflict", f"{disabled} is disabled; enable it first"))
        elif wish == "signal":
            sent = self._signalled(entries, signum)
            named = ", ".join(entry.service.name for entry in entries)
            answer(self._views(entries) if sent else Refused("conflict", f"{named} has no process to signal"))
        else:
            self._act[wish](entries)
            if wait:
                _Settling(entries, self._services, lambda: answer(self._views(entries)))
            else:
                answer(self._views(entries))

    def follow_service(self, name: str, wake: Callable[[], None]) -> Callable[[], None]:
        """While it waits for others, `wake` is called for these too."""
        entry = self._services.entries.get(name)
        return _watch(needed_by([entry], self._services), wake) if entry else lambda: None

    def _named(self, names: str) -> list[ServiceEntry] | Refused:
        """The services that the names stand for, each once, in the plan's order."""
        named = set(names.split(","))
        found = [each for each in self._services.entries.values() if not named.isdisjoint(_names(each))]
        known = {name for each in found for name in _names(each)}
        return next((_unknown(name) for name in names.split(",") if name not in known), found)

    def _disabled(self, entries: list[ServiceEntry]) -> str | None:
        """The first of them that a person has disabled."""
        off = self._engine.world.off
        return next((each.service.name for each in entries if ("service", each.service.name) in off), None)

    def _signalled(self, entries: list[ServiceEntry], signum: int) -> int:
        """How many of them had a process to signal."""
        return sum(self._services.signals.send(entry, signum) for entry in entries)

    def _views(self, entries: Iterable[ServiceEntry]) -> list[ServiceView]:
        world, services = self._engine.world, self._services
        now = world.now()

        def view(entry: ServiceEntry) -> ServiceView:
            lost = world.logs.lost.get(entry.service.name)
            count, log = lost.size if lost else 0, services.log_path(entry)
            return service_view(entry, now, world.off, log=log, lost=count, settled=settled(entry, services))

        return list(map(view, entries))


class _Settling:
    """Waits until every one of `entries` has settled, then calls `done` once."""

    def __init__(self, entries: list[ServiceEntry], services: Services, done: Callable[[], None]) -> None:
        self._entries = entries
        self._services = services
        self._done = done
        self._forget = _watch(needed_by(entries, services), self.look)
        self.look()

    def look(self) -> None:
        if not all(settled(entry, self._services) for entry in self._entries):
            return
        self._forget()
        done, self._done = self._done, lambda: None
        done()


def _watch(entries: Iterable[ServiceEntry], wake: Callable[[], None]) -> Callable[[], None]:
    """Have `wake` called for each of `entries`; the result ends that."""
    watched = list(entries)
    for entry in watched:
        entry.watchers.append(wake)

    def forget() -> None:
        for entry in watched:
            with suppress(ValueError):
                entry.watchers.remove(wake)

    return forget


def _names(entry: ServiceEntry) -> tuple[str, ...]:
    service = entry.service
    return (service.name,) if service.group is None else (service.name, service.group)


def _unknown(name: str) -> Refused:
    return Refused("not_found", f"there is no service or group {name!r}")
