"""When a service has settled, so that whoever waits for what becomes of it can be answered.

Settled is what will not change without an event from outside: it runs, rests, has failed to start, or waits for a
service that is not about to run. Invariant: what is not settled has a deadline, itself or in what it waits for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sexton.engine.services.sequence import ENDING
from sexton.model.service import ServiceState

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.engine.services.services import Services

COMING = frozenset({ServiceState.STARTING, ServiceState.WAITING})


def settled(entry: ServiceEntry, services: Services) -> bool:
    """Whether `entry` neither starts nor stops, nor waits for its turn or for others that are about to run."""
    if entry.state is ServiceState.STARTING or entry.state in ENDING or services.in_turn.pending(entry.service.name):
        return False
    if entry.state is not ServiceState.WAITING:
        return True
    lacking = [each for each in needed_by([entry], services) if each.state is not ServiceState.RUNNING]
    return not all(_comes(each, services) for each in lacking)


def needed_by(entries: Iterable[ServiceEntry], services: Services) -> list[ServiceEntry]:
    """`entries` and those that the waiting ones of them wait for, directly or not, each once."""
    found = {entry.service.name: entry for entry in entries}
    waiting = list(found.values())
    while waiting:
        entry = waiting.pop()
        if entry.state is not ServiceState.WAITING:
            continue
        for name in entry.service.depends_on:
            if name not in found and name in services.entries:
                found[name] = services.entries[name]
                waiting.append(found[name])
    return list(found.values())


def _comes(entry: ServiceEntry, services: Services) -> bool:
    """Whether it is on its way to run."""
    return entry.state in COMING or entry.standing.again or services.in_turn.pending(entry.service.name)
