"""The key `on`: which event starts a job. What follows another job's end is `after`'s."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from sexton.config.suggest import hint
from sexton.config.table import Table
from sexton.config.values import Unfit, found, name, shown
from sexton.model.job import Job, OnFile, OnService
from sexton.model.service import Service, ServiceState

_REACHED = (ServiceState.RUNNING, ServiceState.BACKOFF, ServiceState.EXITED, ServiceState.FATAL, ServiceState.STOPPED)
_MEANT = '{ service = "db", state = "fatal" } or { file = "incoming/*.csv" }'


def read_on(table: Table, cwd: str | None) -> OnService | OnFile | None:
    """The `on` of a job's table; None when it has none, or what it has does not fit. Paths count from `cwd`."""
    on = table.below("on", f"a table such as {_MEANT}")
    if on is None:
        return None
    if "file" in on:
        on.only(
            ("file",), dict.fromkeys(OnService._fields, "a file is meant, or a service; give each a job of its own")
        )
        return on.read("file", _file(cwd), None)
    elsewhere = 'the end of a job is told by `after`: after = { job = "…", on = "any" }'
    on.only(OnService._fields, {"job": f"unknown key `job`; {elsewhere}"})
    if "service" not in on:
        on.problem(f"`service` is missing; {_MEANT} is meant")
    service = on.read("service", name, "")
    state = on.read("state", _state, ServiceState.FATAL)
    return OnService(service, state) if service else None


def _file(cwd: str | None) -> Callable[[Any], OnFile]:
    def read(value: Any) -> OnFile:
        path = os.path.abspath(os.path.join(cwd or "", name(value)))
        folder, pattern = os.path.split(path)
        if not pattern or value.endswith("/"):
            raise Unfit(f'"{value}" names a folder; add which files are meant: "{value.rstrip("/")}/*"')
        if any(wild in folder for wild in "*?["):
            raise Unfit(f'only the last part of a path can have wildcards, and "{value}" has them before it')
        return OnFile(folder, pattern)

    return read


def _state(value: Any) -> ServiceState:
    """Also in capitals, as supervisord has it."""
    if not isinstance(value, str):
        raise Unfit(f'{found(value)}; a state such as "fatal" is meant')
    word = value.lower()
    if word in _REACHED:
        return ServiceState(word)
    if word in list(ServiceState):
        raise Unfit(f'"{word}" passes too soon to start anything; use one of {", ".join(_REACHED)}')
    raise Unfit(f"{shown(value)} is no state to run on; " + hint(word, _REACHED, '"'))


def verify_on(jobs: Mapping[str, Job], tables: Mapping[str, Table], services: Mapping[str, Service]) -> None:
    """Report each `on` that names neither a service nor a group."""
    known = {*services, *(service.group for service in services.values() if service.group)}
    for job in jobs.values():
        if isinstance(job.on, OnService) and job.on.service not in known:
            what = f"there is no service `{job.on.service}`; {hint(job.on.service, sorted(known))}"
            tables[job.name].problem(what, "on", "service")
