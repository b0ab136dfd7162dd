"""The engine from one image of Sexton to the next: what its tables hold beyond the files and the ledger.

Loaded when Sexton is replaced in place, and never before. Invariant: with the store quiet, what `take_up` makes of what
`leave_behind` left is the engine as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from sexton.core.order import dependants
from sexton.engine.services.entry import ServiceEntry
from sexton.engine.tables import JobEntry, RunEntry, Upstream, Wanted
from sexton.model.handover import CLOSED, EngineLeft, JobLeft, RunLeft, ServiceLeft, WantedLeft

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.model.handover import ListenersLeft
    from sexton.ports import Ear, RunLog

Number: TypeAlias = "Callable[[Any], int]"  # of a log


def leave_behind(engine: Engine, number: Number) -> EngineLeft:
    """What the next image goes on with; `number` gives a log its number."""
    world = engine.world
    engine.lives.attend()
    falling, rising = engine.services.in_turn.left
    return EngineLeft(
        *world.identity,
        world.plan,
        world.hold,
        world.killed,
        jobs=tuple(map(_job, world.jobs.values())),
        runs=tuple(_run(entry, entry.run.pid in world.children, number) for entry in sorted(world.runs, key=_age)),
        services=tuple(
            _service(entry, entry.standing.pid in world.children, number) for entry in engine.services.entries.values()
        ),
        falling=falling,
        rising=rising,
        listeners=_listeners(engine),
        draining=world.draining,
        deliveries=() if world.notices is None else world.notices.outbox.leave_behind(),
        rules={} if world.notices is None else world.notices.rules.left,
    )


def take_up(engine: Engine, left: EngineLeft, logs: Sequence[RunLog]) -> None:
    """Put what was left into the tables; `logs` are in the order of their numbers."""
    engine.world.killed = left.killed
    if left.draining:
        engine.world.draining = True
        engine.rest()
    for service in left.services:
        _take_up_service(engine, service, logs)
    if left.listeners is not None and engine.world.listeners is not None:
        from sexton.engine.listeners.handover import take_up as take_up_listeners

        take_up_listeners(engine.world.listeners, engine.services, left.listeners)
    engine.services.in_turn.dependants = dependants(entry.service for entry in engine.services.entries.values())
    engine.services.in_turn.take_up(left.falling, left.rising)
    for run in left.runs:
        _take_up_run(engine, run, logs)
    for job in left.jobs:
        _take_up_job(engine, job)
    if engine.world.notices is not None:
        engine.world.notices.rules.left = dict(left.rules)
        engine.world.notices.outbox.take_up(left.deliveries)


def _listeners(engine: Engine) -> ListenersLeft | None:
    if engine.world.listeners is None:
        return None
    from sexton.engine.listeners.handover import leave_behind as leave_listeners

    return leave_listeners(engine.world.listeners)


def _age(entry: RunEntry) -> tuple[int, int]:
    return entry.created, entry.run.id


def _job(entry: JobEntry) -> JobLeft:
    resting = (wanted for wanted, _ in entry.resting.values())
    return JobLeft(
        entry.job.name, tuple(entry.backlog), tuple(map(_wanted, (*entry.pending, *resting))), entry.lead, entry.late
    )


def _wanted(wanted: Wanted) -> WantedLeft:
    upstream = None if wanted.upstream is None else wanted.upstream._asdict()
    return WantedLeft(wanted.queued, wanted.watermark, upstream, wanted.run_id)


def _run(entry: RunEntry, lives: bool, number: Number) -> RunLeft:
    log = None if entry.log is None else number(entry.log)
    wanted = _wanted(entry.wanted)
    left = RunLeft(entry.run, entry.job, wanted, entry.created, entry.deadline, entry.end, entry.renounced, lives, log)
    if entry.steps is None:
        return left
    return left._replace(steps=entry.steps.all, report=entry.steps.pipe, heard=entry.steps.heard)


def _service(entry: ServiceEntry, lives: bool, number: Number) -> ServiceLeft:
    log = None if entry.log is None else number(entry.log)
    left = ServiceLeft(entry.service, entry.standing, entry.deadline, entry.leaving, lives, log)
    if entry.stdin is not None:
        left = left._replace(stdin=entry.stdin.fd, unread=entry.stdin.waiting)
    return left._replace(condemned=entry.condemned)


def _take_up_service(engine: Engine, left: ServiceLeft, logs: Sequence[RunLog]) -> None:
    name = left.service.name
    entry = engine.services.entries.setdefault(name, ServiceEntry(left.service))
    engine.services.take_up(entry, left)
    if left.log is not None:
        entry.log = logs[left.log]
        entry.log.heard_by(_ears(engine, entry))
        entry.log.on_growth(entry.wake)
    if left.stdin != CLOSED:
        from sexton.engine.services.stdin import StdinPipe

        entry.stdin = StdinPipe(engine.world.loop, left.stdin, left.unread)
    if left.condemned:
        engine.services.signals.condemn(entry, left.condemned)


def _ears(engine: Engine, entry: ServiceEntry) -> Callable[[str], Ear | None]:
    listeners = engine.world.listeners
    if listeners is None or entry.service.listener is not None:
        return lambda channel: None
    return partial(listeners.ear, entry, entry.standing.pid)


def _take_up_run(engine: Engine, left: RunLeft, logs: Sequence[RunLog]) -> None:
    job = engine.world.jobs.get(left.run.job) or JobEntry(left.job, None)  # a reload may have taken it out
    entry = RunEntry(left.run, _claimed(left.wanted, job), left.created)
    engine.lives.take_up(entry, left)
    engine.room.take_up(entry)
    if left.log is not None:
        entry.log = logs[left.log]
        entry.log.on_growth(lambda: engine.world.wake(left.run.id))
    if left.job.steps and left.run.started is not None:
        from sexton.engine.runs.conducting import listen

        listen(engine.world, entry, left.report).take_up(left.steps, left.heard)


def _claimed(left: WantedLeft, job: JobEntry) -> Wanted:
    """What was wanted of a run that is claimed: nobody waits to hear of that any more."""
    queued = left.queued
    return Wanted(
        job=job,
        slot=queued.slot,
        fire_time=queued.at,
        decided=lambda answer: None,
        watermark=left.watermark,
        upstream=None if left.upstream is None else Upstream(**left.upstream),
        run_id=left.run_id,
        attempt=queued.attempt,
        env=queued.env,
        backfill=queued.backfill,
    )


def _take_up_job(engine: Engine, left: JobLeft) -> None:
    entry = engine.world.jobs[left.name]
    entry.lead, entry.late = left.lead, left.late
    for wanted in left.pending:
        if wanted.watermark is None:
            engine.requests.take_up(entry, wanted)
    engine.scheduler.take_up(entry, left.backlog, {wanted.watermark for wanted in left.pending if wanted.watermark})
