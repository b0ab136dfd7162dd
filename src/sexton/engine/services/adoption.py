"""Going over to the services of a new plan: those that did not change keep their processes.

Loaded with the first reload. What a start or a stop is, services.py knows. Invariant: of one service there is one
entry, whatever plans have it, so that a service never has the processes of two definitions at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sexton.core.order import dependants
from sexton.core.reload import Difference
from sexton.engine.services.entry import ALIVE, HOPING, ServiceEntry
from sexton.engine.services.sequence import WORKING
from sexton.model.service import Service

if TYPE_CHECKING:
    from sexton.engine.services.services import Services
    from sexton.engine.tables import World


def adopt(world: World, services: Services, planned: Mapping[str, Service], changes: Difference) -> None:
    """Let `planned` hold, which differs by `changes` from what held before."""
    entries = services.entries
    gone = [entries[name] for name in changes.gone]
    back = [entries[name] for name in changes.new if name in entries]
    new = {name: ServiceEntry(planned[name]) for name in changes.new if name not in entries}
    services.in_turn.dependants = dependants((*planned.values(), *(entry.service for entry in gone)))
    _leave(services, gone)
    _change(services, [entries[name] for name in changes.changed], planned)
    entries |= new
    if world.listeners is not None:
        world.listeners.groups_changed()
    _take_back(services, back, planned)
    for entry in new.values():
        if services.by_itself(entry.service):
            services.start(entry)


def _change(services: Services, entries: Sequence[ServiceEntry], planned: Mapping[str, Service]) -> None:
    """Changed processes take the place of the old ones; changed rules hold from now on."""
    changed = [entry for entry in entries if _redefine(entry, planned)]
    services.in_turn.restart(entry for entry in changed if entry.state in ALIVE)
    for entry in entries:
        if entry.state in HOPING:
            services.start(entry)


def _redefine(entry: ServiceEntry, planned: Mapping[str, Service]) -> bool:
    """Whether its process is another one by the new plan."""
    service = planned[entry.service.name]
    changed = service.process != entry.service.process
    entry.service = service
    return changed


def _leave(services: Services, entries: Sequence[ServiceEntry]) -> None:
    for entry in entries:
        entry.leaving = True
    services.in_turn.stop(entries)
    for entry in entries:
        services.forget_left(entry)


def _take_back(services: Services, entries: Sequence[ServiceEntry], planned: Mapping[str, Service]) -> None:
    """They were leaving, and something of them lives still: what lives ends first, unless its stop has not begun and
    it is what the plan wants."""
    for entry in entries:
        entry.leaving = False
        changed = _redefine(entry, planned)
        if not services.by_itself(entry.service):
            continue  # as any new one it waits to be asked for; its stop goes on
        if changed and entry.state in WORKING:
            services.in_turn.restart([entry])
        else:
            services.start_all([entry])
