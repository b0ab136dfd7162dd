"""The key `on`: which event starts a job. What follows another job's end is `after`'s."""

from collections.abc import Mapping
from typing import Any

from sexton.config.suggest import hint
from sexton.config.table import Table
from sexton.config.values import Unfit, choice, found, name
from sexton.model.job import Job, OnService
from sexton.model.service import Service, ServiceState

_REACHED = (ServiceState.RUNNING, ServiceState.BACKOFF, ServiceState.EXITED, ServiceState.FATAL, ServiceState.STOPPED)


def read_on(table: Table) -> OnService | None:
    """The `on` of a job's table; None when it has none, or what it has does not fit."""
    on = table.below("on", 'a table such as { service = "db", state = "fatal" }')
    if on is None:
        return None
    elsewhere = 'the end of a job is told by `after`: after = { job = "…", on = "any" }'
    on.only(
        OnService._fields, {"job": f"unknown key `job`; {elsewhere}", "file": "`file` is not in this version of Sexton"}
    )
    if "service" not in on:
        on.problem('`service` is missing; { service = "…", state = "fatal" } is meant')
    service = on.read("service", name, "")
    state = on.read("state", _state, ServiceState.FATAL)
    return OnService(service, state) if service else None


def _state(value: Any) -> ServiceState:
    """Also in capitals, as supervisord has it."""
    if not isinstance(value, str):
        raise Unfit(f'{found(value)}; a state such as "fatal" is meant')
    state = choice(ServiceState)(value.lower())
    if state not in _REACHED:
        raise Unfit(f'"{state}" passes too soon to start anything; use one of {", ".join(map(str, _REACHED))}')
    return state


def verify_on(jobs: Mapping[str, Job], tables: Mapping[str, Table], services: Mapping[str, Service]) -> None:
    """Report each `on` that names neither a service nor a group."""
    known = {*services, *(service.group for service in services.values() if service.group)}
    for job in jobs.values():
        if job.on is not None and job.on.service not in known:
            what = f"there is no service `{job.on.service}`; {hint(job.on.service, sorted(known))}"
            tables[job.name].problem(what, "on", "service")
