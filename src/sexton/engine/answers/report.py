"""How everything stands, for Sexton's own log: who has no other door to it can ask with SIGUSR1.

Loaded when somebody does. What is bounded by the plan and by `max_parallel` gets a line each; jobs are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sexton.core.slots import iso
from sexton.engine.answers.health import health_of
from sexton.model.health import Level
from sexton.model.service import ServiceState

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.engine.services.entry import ServiceEntry
    from sexton.engine.tables import RunEntry
    from sexton.model.units import Instant


def report(engine: Engine) -> Iterator[str]:
    """The whole first, then services and runs, then what is not well."""
    services = engine.services.entries.values()
    yield _whole(engine)
    yield from map(_service, services)
    yield from map(_run, sorted(engine.world.runs, key=lambda entry: entry.run.id))
    health = health_of(engine)
    for check in (*health.ready, *health.checks):
        if check.level is not Level.PASS and check.kind not in ("service", "job"):
            yield f"{check.name}: {check.level}: {check.output}"


def _whole(engine: Engine) -> str:
    world, entries = engine.world, engine.services.entries.values()
    running = sum(entry.state is ServiceState.RUNNING for entry in entries)
    return (
        f"{len(entries)} services, {running} running; {len(world.jobs)} jobs, {len(world.runs)} runs going, "
        f"{engine.room.waiting} waiting"
    )


def _service(entry: ServiceEntry) -> str:
    standing = entry.standing
    return f"{entry.service.name}: {standing.state}{_details(standing.pid, standing.started, standing.reason)}"


def _run(entry: RunEntry) -> str:
    run = entry.run
    return f"{run.job}: run {run.id} {run.state}{_details(run.pid, run.started, run.reason)}"


def _details(pid: int, started: Instant | None, reason: str) -> str:
    lives = f", pid {pid}" if pid else ""
    since = f", started {iso(started)}" if started is not None else ""
    return f"{lives}{since}{f': {reason}' if reason else ''}"
