"""The groups: what the files say of them, and taking them up or letting them go one by one."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sexton.core.supervisord import group_name, groups, process_name
from sexton.model.log import Log
from sexton.model.process import Reach
from sexton.model.units import SECOND
from sexton.rpc.faults import Code, Fault
from sexton.rpc.later import Done, Later

if TYPE_CHECKING:
    from typing import Any

    from sexton.core.reload import Difference
    from sexton.model.service import Service
    from sexton.ports import Programs


def reload_config(programs: Programs) -> Later:
    """[[added, changed, removed]]: names of groups, in a list of one."""

    def begin(done: Done) -> None:
        programs.reread(lambda result: done(_read(result)))

    return Later(begin)


def _read(result: Difference | Exception) -> object:
    if isinstance(result, Exception):
        return Fault(Code.CANT_REREAD, str(result))
    return [[list(result.new), list(result.changed), list(result.gone)]]


def add(programs: Programs, name: object) -> bool:
    try:
        added = programs.add(str(name))
    except KeyError:
        raise Fault(Code.BAD_NAME, str(name)) from None
    if not added:
        raise Fault(Code.ALREADY_ADDED, str(name))
    return True


def remove(programs: Programs, name: object) -> bool:
    try:
        removed = programs.remove(str(name))
    except KeyError:
        raise Fault(Code.BAD_NAME, str(name)) from None
    if not removed:
        raise Fault(Code.STILL_RUNNING, str(name))
    return True


def configs(programs: Programs) -> list[dict[str, Any]]:
    """Every process that the files name, by its name."""
    active = groups(programs.plan.services.values())
    found = [_config(service, group_name(service) in active) for service in programs.planned.values()]
    return sorted(found, key=lambda config: config["name"])


def _config(service: Service, active: bool) -> dict[str, Any]:
    process = service.process
    log = process.log
    return {
        "autostart": service.autostart,
        "directory": process.cwd or "none",
        "uid": "none" if process.user is None else process.user.uid,
        "command": shlex.join(process.argv),
        "exitcodes": sorted(service.success_codes),
        "group": group_name(service),
        "group_prio": service.group_priority,
        "inuse": active,
        "killasgroup": process.stop.kill_reach is Reach.GROUP,
        "name": process_name(service),
        "process_prio": service.priority,
        "redirect_stderr": log.stderr is None,
        "startretries": _retries(service),
        "startsecs": service.start_seconds // SECOND,
        **_kept("stdout", log, log.file or "auto"),
        **_told("stdout", log, log.capture[0]),
        "stopsignal": process.stop.signal,
        "stopwaitsecs": process.stop.timeout // SECOND,
        **_kept("stderr", log.errors or log, log.stderr or "none"),
        **_told("stderr", log, log.capture[1]),
        "serverurl": "none",
    }


def _told(channel: str, log: Log, capture: int) -> dict[str, object]:
    """What listeners are told of a channel."""
    return {f"{channel}_capture_maxbytes": capture, f"{channel}_events_enabled": channel in log.events}


def _kept(channel: str, log: Log, path: str) -> dict[str, object]:
    """Where what is written to a channel goes."""
    return {
        f"{channel}_logfile": "none" if path == "/dev/null" else path,
        f"{channel}_logfile_backups": log.keep,
        f"{channel}_logfile_maxbytes": log.max_size or 0,
        f"{channel}_syslog": False,
    }


def _retries(service: Service) -> int:
    if service.start_retries is not None:
        return service.start_retries
    return 0 if service.budget is None else service.budget.restarts
