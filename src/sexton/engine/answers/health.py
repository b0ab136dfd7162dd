"""The facts for the checks, gathered from the engine's tables. How they are judged is core/health.py's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sexton.core import health
from sexton.core.slots import iso
from sexton.engine.engine import Engine
from sexton.engine.tables import JobEntry
from sexton.model.health import Check, Health

if TYPE_CHECKING:
    from sexton.engine.notices.outbox import Outbox


def health_of(engine: Engine) -> Health:
    """How well everything is at this moment."""
    return Health(ready=tuple(_ready(engine)), checks=tuple(_checks(engine)))


def _ready(engine: Engine) -> Iterator[Check]:
    yield health.of_step("recovery", engine.recovered, "what an earlier Sexton left is still being ended")
    yield health.of_step("jobs", engine.enlisted, "the jobs are not known to the ledger yet")
    entries = engine.services.entries.values()
    starting = [entry.service.name for entry in entries if health.keeps_waiting(entry.service.autostart, entry.state)]
    yield health.of_step("services", not starting, f"not running: {', '.join(starting)}")
    yield health.of_step("drain", not engine.world.draining, "draining: no new run is started")
    yield health.of_step("open", not engine.shutdown.begun, "Sexton is stopping")


def _checks(engine: Engine) -> Iterator[Check]:
    world = engine.world
    yield health.of_history(world.hold)
    yield health.of_store(world.plan.settings.state, world.store.trouble)
    yield health.of_relay(world.logs.relay_dropped)
    for owner, lost in world.logs.lost.items():
        yield health.of_log(owner, lost, iso(lost.last))
    if world.spawner.trouble:
        yield health.of_limits(world.spawner.trouble)
    for service in engine.services.entries.values():
        at = service.standing.ended or service.standing.started
        since = None if at is None else iso(at)
        yield health.of_service(service.service.name, service.state, service.standing.reason, since)
    for listener in world.listeners.entries.values() if world.listeners else ():
        yield health.of_listener(listener.listener.name, listener.trouble, listener.buried, listener.backlog.dropped)
    if world.notices:
        yield from _of_sinks(world.notices.outbox)
    for job in world.jobs.values():
        yield _of_job(job)


def _of_sinks(outbox: Outbox) -> Iterator[Check]:
    given_up = outbox.given_up_lately()
    for name, sink in outbox.sinks.items():
        since = None if sink.failing_since is None else iso(sink.failing_since)
        yield health.of_sink(name, sink.error, since, sink.pending, given_up.pop(name))
    for name, count in given_up.items():
        if count:
            yield health.of_sink(name, "", None, 0, count)


def _of_job(entry: JobEntry) -> Check:
    last, late = entry.last, None if entry.late is None else iso(entry.late)
    if last is None:
        return health.of_job(entry.job.name, 0, None, "", None, late)
    return health.of_job(entry.job.name, last["id"], last["outcome"], last["reason"], last["ended"], late)
