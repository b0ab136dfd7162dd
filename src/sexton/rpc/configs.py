"""What the files say of each process, as supervisord's clients are told it (getAllConfigInfo), and where its logs are.

A process of a supervisord.conf is described in the words of its section; any other as far as it can be said in these
words. The log that a section leaves to us has the name that we gave it, once it is in force.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sexton.core.supervisord import group_name, process_name
from sexton.model.log import CHANNELS, STREAMS, Log
from sexton.model.process import Reach
from sexton.model.supervisord import AUTO, Channel, Described
from sexton.model.units import SECOND

if TYPE_CHECKING:
    from typing import Any

    from sexton.model.service import Service
    from sexton.ports import Program, Programs


def configs(programs: Programs) -> list[dict[str, Any]]:
    """Every process that the files name, by its name."""
    there = {each.service.name: each for each in programs.all()}
    active = {group_name(service) for service in programs.plan.services.values()}
    found = []
    for name, service in programs.planned.items():
        said = programs.described.get(name) or describe(service)
        paths = _paths(programs, there[name], said) if name in there else (said.output.logfile, said.errors.logfile)
        found.append({**_life(service), **_words(said, paths), "inuse": group_name(service) in active})
    return sorted(found, key=lambda config: config["name"])


def logfiles(programs: Programs, program: Program) -> tuple[str, str]:
    """Where the output and the standard error of a process go; empty: nowhere, or where the output goes."""
    supervisord = programs.plan.supervisord
    said = supervisord.described.get(program.service.name) if supervisord is not None else None
    output, errors = _paths(programs, program, said or describe(program.service))
    return output or "", errors or ""


def describe(service: Service) -> Described:
    """A process of another file than a supervisord.conf, in the words of one."""
    process, log = service.process, service.process.log
    listens = service.listener is not None
    output = (log.answers or Log(file=STREAMS[2])) if listens else log
    errors = log if listens else (log.errors or log)._replace(file=log.stderr)
    redirected = log.stderr is None and not listens
    return Described(
        command=shlex.join(process.argv),
        directory=process.cwd,
        uid=None if process.user is None else process.user.uid,
        exit_codes=tuple(sorted(service.success_codes)),
        priority=service.priority,
        redirect_stderr=redirected,
        output=_channel(output, log, 0),
        errors=_channel(errors._replace(file=STREAMS[2]) if redirected else errors, log, 1),
        start_retries=_retries(service),
        start_seconds=service.start_seconds // SECOND,
        stop_seconds=process.stop.timeout // SECOND,
    )


def _channel(place: Log, log: Log, number: int) -> Channel:
    """The channel of this number, which goes to `place`; `log` says what listeners are told of it."""
    file = None if place.file == STREAMS[2] else place.file or AUTO
    return Channel(file, place.max_size or 0, place.keep, log.capture[number], CHANNELS[number] in log.events)


def _paths(programs: Programs, program: Program, said: Described) -> tuple[str | None, str | None]:
    output, errors = programs.logs(program)
    return (
        output if said.output.logfile == AUTO else said.output.logfile,
        errors if said.errors.logfile == AUTO else said.errors.logfile,
    )


def _life(service: Service) -> dict[str, Any]:
    """What a service knows as well as its section."""
    stop = service.process.stop
    return {
        "autostart": service.autostart,
        "group": group_name(service),
        "group_prio": service.group_priority,
        "killasgroup": stop.kill_reach is Reach.GROUP,
        "name": process_name(service),
        "stopsignal": stop.signal,
    }


def _words(said: Described, paths: tuple[str | None, str | None]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, channel, path in zip(CHANNELS, (said.output, said.errors), paths, strict=True):
        kept |= {
            f"{name}_capture_maxbytes": channel.capture,
            f"{name}_events_enabled": channel.events,
            f"{name}_logfile": "none" if path is None else "auto" if path == AUTO else path,
            f"{name}_logfile_backups": channel.backups,
            f"{name}_logfile_maxbytes": channel.maxbytes,
            f"{name}_syslog": False,
        }
    return {
        "command": said.command,
        "directory": "none" if said.directory is None else said.directory,
        "exitcodes": list(said.exit_codes),
        "process_prio": said.priority,
        "redirect_stderr": said.redirect_stderr,
        "startretries": said.start_retries,
        "startsecs": said.start_seconds,
        "stopwaitsecs": said.stop_seconds,
        "serverurl": "none" if said.url is None else said.url,
        "uid": "none" if said.uid is None else said.uid,
        **kept,
    }


def _retries(service: Service) -> int:
    if service.start_retries is not None:
        return service.start_retries
    return 0 if service.budget is None else service.budget.restarts
