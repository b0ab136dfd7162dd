"""The pipes of a service's process, once it is started: what comes goes to its log, past those who listen, and what it
is fed by is ours to write.

Invariant: each pipe has exactly one that reads or writes it here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.engine.tables import World
    from sexton.ports import Child


def open_streams(world: World, entry: ServiceEntry, child: Child) -> None:
    """Take over all of them."""
    name, log, listeners = entry.service.name, entry.service.process.log, world.listeners
    if child.input is not None:
        from sexton.engine.services.stdin import StdinPipe

        entry.stdin = StdinPipe(world.loop, child.input)
    if listeners is None:
        entry.log = world.logs.open_service(name, log, child.output, child.errors)
    elif entry.service.listener is None:
        ears = partial(listeners.ear, entry, child.pid)
        entry.log = world.logs.open_service(name, log, child.output, child.errors, ears)
    else:  # its output is the protocol; the log has what it writes to standard error
        listeners.started(entry, child)
        entry.log = world.logs.open_service(name, log, -1 if child.errors is None else child.errors)
    entry.log.on_growth(entry.wake)
