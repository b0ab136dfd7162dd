"""The environment of a process: the container's, what its definition adds, and what Sexton tells it."""

from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.intervals import previous_fire_time
from sexton.core.slots import iso, kind_of
from sexton.engine.tables import RunEntry, Upstream, World
from sexton.model.service import Service


def of_run(world: World, entry: RunEntry) -> dict[str, str]:
    """Later ones win: the daemon's own environment, the job's `env`, what a person added, then the SEXTON_ variables.

    SEXTON_FIRE_TIME is the fire time; for a run by hand or at start the moment it was asked for, for an after-job
    its upstream run's. SEXTON_INTERVAL_START and _END (the fire time before, and this one) are there for fire times.
    """
    run = entry.run
    own = {
        "SEXTON_INSTANCE": world.identity.state_id,
        "SEXTON_JOB": run.job,
        "SEXTON_RUN_ID": str(run.id),
        "SEXTON_ATTEMPT": str(run.attempt),
        "SEXTON_FENCE": str(run.fence),
    }
    if run.fire_time is not None:
        own["SEXTON_FIRE_TIME"] = iso(run.fire_time)
        own |= _interval(entry, run.fire_time)
    if entry.wanted.upstream is not None:
        own |= _upstream(entry.wanted.upstream)
    return {**world.environ, **entry.job.process.env, **entry.wanted.env, **own}


def of_service(world: World, service: Service) -> dict[str, str]:
    """Later ones win: the daemon's own environment, for a listener what supervisord would tell it, the service's `env`,
    then the SEXTON_ variables."""
    own = {"SEXTON_INSTANCE": world.identity.state_id, "SEXTON_SERVICE": service.name}
    theirs = {} if service.listener is None else _of_supervisord(world, service)
    return {**world.environ, **theirs, **service.process.env, **own}


def _of_supervisord(world: World, service: Service) -> dict[str, str]:
    """What listeners look for; where to reach who started them, above all."""
    return {
        "SUPERVISOR_ENABLED": "1",
        "SUPERVISOR_SERVER_URL": f"unix://{world.plan.settings.socket}",
        "SUPERVISOR_PROCESS_NAME": service.name,
        "SUPERVISOR_GROUP_NAME": service.group or service.name,
    }


def _interval(entry: RunEntry, fire_time: int) -> dict[str, str]:
    times = entry.entry.times
    if times is None or not _stands_for(entry.run.slot, times, fire_time):
        return {}
    before = previous_fire_time(times, fire_time)
    start = {} if before is None else {"SEXTON_INTERVAL_START": iso(before)}
    return start | {"SEXTON_INTERVAL_END": iso(fire_time)}


def _stands_for(slot: str, times: FireTimes, fire_time: int) -> bool:
    """Whether a run is one of the schedule's: for a fire time, or once more for one."""
    kind = kind_of(slot)
    return kind == "schedule" or (kind == "rerun" and times.after(fire_time - 1) == fire_time)


def _upstream(upstream: Upstream) -> dict[str, str]:
    return {
        "SEXTON_UPSTREAM_JOB": upstream.job,
        "SEXTON_UPSTREAM_RUN_ID": str(upstream.run_id),
        "SEXTON_UPSTREAM_OUTCOME": upstream.outcome,
        "SEXTON_UPSTREAM_LOG": upstream.log or "",
    }
