"""What a notice says: facts about runs, services and Sexton itself, as JSON can have them. Loaded where some are told.

Times are ISO 8601, of a run in its job's zone; `duration` is in seconds. A run's tail is not here: the ledger has it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sexton import __version__
from sexton.core.schedules.localtime import local_iso
from sexton.core.schedules.zones import find_zone
from sexton.model.signals import signal_name
from sexton.model.units import SECOND, Instant

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.engine.tables import World
    from sexton.model.job import Job
    from sexton.model.ledger import Closed, End
    from sexton.model.run import Run

Facts = dict[str, Any]


def of_sexton(world: World, kind: str, reason: str = "", **more: Any) -> Facts:
    """Something about Sexton itself; what every notice has."""
    who = {"host": os.uname().nodename, "instance": world.identity.state_id, "version": __version__}
    return {"kind": kind, "reason": reason, "time": _iso(world, None, world.now()), **who, **more}


def of_end(world: World, job: str, slot: str, fire_time: Instant | None, attempt: int, end: End) -> Facts:
    """A run that has ended."""
    entry, spec = world.jobs.get(job), _spec(world, job)
    return of_sexton(
        world,
        "run",
        end.reason,
        job=job,
        run=end.run_id,
        slot=slot,
        fire_time=_iso(world, job, fire_time),
        started=_iso(world, job, end.started),
        ended=_iso(world, job, end.ended),
        duration=None if end.started is None else (end.ended - end.started) / SECOND,
        exit_code=end.exit_code,
        signal=None if end.signal is None else signal_name(end.signal),
        attempt=attempt,
        attempts=spec.retry.attempts if spec else attempt,
        log=end.log,
        previous=entry.last["outcome"] if entry and entry.last else None,
        **_schedule(world, job),
    )


def of_start(world: World, run: Run) -> Facts:
    """A run that has begun."""
    return of_sexton(
        world,
        "start",
        job=run.job,
        run=run.id,
        slot=run.slot,
        outcome="started",
        title=f"{run.job} started",
        fire_time=_iso(world, run.job, run.fire_time),
        started=_iso(world, run.job, run.started),
        attempt=run.attempt,
        **_schedule(world, run.job),
    )


def of_command(world: World, name: str) -> Facts:
    """What a job's runs do, as a crontab has it, and as whom."""
    job = _spec(world, name)
    if job is None:
        return {}
    argv = job.process.argv
    shell = len(argv) == 3 and argv[1] == "-c"
    text = " → ".join(step.name for step in job.steps) or (argv[2] if shell else " ".join(argv))
    return {"command": world.spawner.redacted(text), "user": job.process.user.name if job.process.user else None}


def of_closed(world: World, row: Closed) -> Facts:
    """Fire times that passed."""
    times = {"fire_time": _iso(world, row.job, row.fire_time), "last": _iso(world, row.job, row.last)}
    return of_sexton(world, "run", row.reason, job=row.job, slot=row.slot, count=row.number, **times)


def of_lateness(world: World, job: str, fire_time: Instant, reason: str) -> Facts:
    """A job that owes a success."""
    return of_sexton(world, "run", reason, job=job, fire_time=_iso(world, job, fire_time))


def of_service(world: World, entry: ServiceEntry) -> Facts:
    """A service as it stands."""
    standing, ended = entry.standing, entry.standing.exit
    return of_sexton(
        world,
        "service",
        standing.reason,
        service=entry.service.name,
        started=_iso(world, None, standing.started),
        ended=_iso(world, None, standing.ended),
        exit_code=ended.code if ended else None,
        signal=signal_name(ended.signal) if ended and ended.signal is not None else None,
        log=entry.log.path if entry.log else None,
    )


def _spec(world: World, name: str) -> Job | None:
    """The job; where the plan has it no more, as a run that goes on has it."""
    entry = world.jobs.get(name)
    return entry.job if entry else next((run.job for run in world.runs if run.run.job == name), None)


def _schedule(world: World, job: str) -> Facts:
    """By what a service that misses runs can expect the next one."""
    spec = _spec(world, job)
    schedule = spec.schedule if spec else None
    return {} if schedule is None else {"schedule": tuple(schedule.texts), "timezone": schedule.zone}


def _iso(world: World, job: str | None, instant: Instant | None) -> str | None:
    if instant is None:
        return None
    spec = _spec(world, job) if job else None
    zone = spec.schedule.zone if spec and spec.schedule else world.plan.settings.timezone
    return local_iso(instant, find_zone(zone))
