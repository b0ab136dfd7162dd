"""What the real supervisor 4.3.0 makes of a configuration, and what Sexton makes of it, in the same words."""

import os
from pathlib import Path
from typing import Any, NamedTuple

from supervisor.datatypes import Automatic, RestartUnconditionally, RestartWhenExitUnexpected
from supervisor.options import ServerOptions

from sexton.config.load import load_plan
from sexton.core.supervisord import group_name, process_name
from sexton.model.plan import Plan
from sexton.model.process import Reach
from sexton.model.service import Restart, Service
from sexton.model.units import SECOND

_RESTARTS = {
    RestartUnconditionally: Restart.ALWAYS,
    RestartWhenExitUnexpected: Restart.UNEXPECTED,
    False: Restart.NEVER,
}


class Program(NamedTuple):
    """One process, as far as both know it."""

    group: str
    group_priority: int
    name: str
    priority: int
    command: str
    directory: str | None
    umask: int | None
    autostart: bool
    restart: Restart
    start_seconds: int
    retries: int
    signal: int
    wait: int
    as_group: bool
    kill_as_group: bool
    codes: frozenset[int]
    stdout: tuple[str | None, int, int]
    stderr: tuple[str | None, int, int] | None
    environment: dict[str, str]


def theirs(path: Path) -> list[Program]:
    """Raises ValueError where supervisord refuses."""
    options = ServerOptions()
    options.configfile = str(path)
    options.process_config(do_usage=False)
    return [_theirs(group, each) for group in options.process_group_configs for each in group.process_configs]


def _theirs(group: Any, config: Any) -> Program:
    return Program(
        group=group.name,
        group_priority=group.priority,
        name=config.name,
        priority=config.priority,
        command=config.command,
        directory=config.directory,
        umask=config.umask,
        autostart=config.autostart,
        restart=Restart.ALWAYS if not config.exitcodes and config.autorestart else _RESTARTS[config.autorestart],
        start_seconds=max(config.startsecs, 0),
        retries=max(config.startretries, 0),
        signal=config.stopsignal,
        wait=config.stopwaitsecs,
        as_group=config.stopasgroup,
        kill_as_group=config.killasgroup,
        codes=frozenset(config.exitcodes or (0,)),
        stdout=_channel(config, "stdout"),
        stderr=None if config.redirect_stderr or _shared(config) else _channel(config, "stderr"),
        environment=config.environment,
    )


def _shared(config: Any) -> bool:
    """Whether both channels go to one file, which is the same as if they were one."""
    out, err = _channel(config, "stdout")[0], _channel(config, "stderr")[0]
    return out == err is not None


def _channel(config: Any, channel: str) -> tuple[str | None, int, int]:
    file = getattr(config, f"{channel}_logfile")
    if file is None:
        return "/dev/null", 0, 0
    maxbytes, backups = getattr(config, f"{channel}_logfile_maxbytes"), getattr(config, f"{channel}_logfile_backups")
    return None if file is Automatic else os.path.abspath(file), maxbytes, backups


def plan_of(path: Path) -> Plan:
    return load_plan([str(path)], os.environ, for_run=True)


def ours(path: Path) -> list[Program]:
    """Raises ConfigError where Sexton refuses."""
    return [_ours(service) for service in plan_of(path).services.values()]


def _ours(service: Service) -> Program:
    process, log = service.process, service.process.log
    if log.file == "/dev/null":
        log = log._replace(max_size=None, keep=0)
    errors = log.errors
    automatic = log.stderr is not None and "/services/stderr/" in log.stderr
    stderr = (None if automatic else log.stderr, errors.max_size or 0, errors.keep) if errors else None
    if log.stderr == "/dev/null":
        stderr = ("/dev/null", 0, 0)
    own = {name: value for name, value in process.env.items() if not name.startswith("SUPERVISOR_")}
    return Program(
        group=group_name(service),
        group_priority=service.group_priority,
        name=process_name(service),
        priority=service.priority,
        command=" ".join(process.argv),
        directory=process.cwd,
        umask=process.umask,
        autostart=service.autostart,
        restart=service.restart,
        start_seconds=service.start_seconds // SECOND,
        retries=service.start_retries if service.start_retries is not None else -1,
        signal=process.stop.signal,
        wait=process.stop.timeout // SECOND,
        as_group=process.stop.reach is Reach.GROUP,
        kill_as_group=process.stop.kill_reach is Reach.GROUP,
        codes=service.success_codes,
        stdout=(log.file, log.max_size or 0, log.keep),
        stderr=stderr,
        environment=own,
    )
