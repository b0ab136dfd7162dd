"""How processes stand, as supervisord's clients show it, and all of them kept as XML between two changes.

Times are whole seconds in 32 bits, 0 where there is none; `exitstatus` is 0 while there is none and -1 for a signal.
Invariant: what is kept is given only within the second, and for the very standings, that it was made for.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sexton.core.supervisord import group_name, process_name, process_state
from sexton.model.service import ServiceState
from sexton.model.supervisord import ProcessState as S
from sexton.model.units import SECOND, Instant
from sexton.rpc import naming
from sexton.rpc.commands import why_missing
from sexton.rpc.configs import logfiles
from sexton.wire.xmlrpc import Written, written

if TYPE_CHECKING:
    from sexton.model.service import Standing
    from sexton.ports import Program, Programs

LARGEST = 2**31 - 1


def info(programs: Programs, name: object) -> dict[str, object]:
    return _info(programs, naming.one(programs, name), _seconds(programs.now()))


class Infos:
    """All of them, as the last client was told."""

    def __init__(self) -> None:
        self._made_for: tuple[object, ...] = ()
        self._body = Written(written([]))

    def all(self, programs: Programs) -> Written:
        now, found = _seconds(programs.now()), programs.all()
        made_for = (programs, now, [each.standing for each in found], [each.service for each in found])
        if made_for != self._made_for:  # what is the same object is compared without looking into it
            ordered = sorted(found, key=_by_name)
            self._body = Written(written([_info(programs, each, now) for each in ordered]))
            self._made_for = made_for
        return self._body


def _by_name(program: Program) -> tuple[str, str]:
    return group_name(program.service), process_name(program.service)


def _info(programs: Programs, program: Program, now: int) -> dict[str, object]:
    service, standing = program.service, program.standing
    state = process_state(standing.state)
    output, errors = logfiles(programs, program)
    found: dict[str, Any] = {
        "name": process_name(service),
        "group": group_name(service),
        "start": _seconds(standing.ended if _never_ran(standing) else standing.started),
        "stop": _seconds(standing.last_end),
        "now": now,
        "state": int(state),
        "statename": state.name,
        "spawnerr": _spawn_error(program, state),
        "exitstatus": 0 if _fell(standing) else _exit_status(standing),
        "logfile": output,
        "stdout_logfile": output,
        "stderr_logfile": errors,
        "pid": standing.pid,
    }
    return {**found, "description": _description(state, found)}


def _seconds(instant: Instant | None) -> int:
    return 0 if instant is None else min(instant // SECOND, LARGEST)


def _never_ran(standing: Standing) -> bool:
    """Whether the last start has failed: that it ended is that it was tried."""
    return standing.ended is not None and standing.exit is None


def _fell(standing: Standing) -> bool:
    """Whether the last process has not lived long enough, and nothing else has been started or stopped since."""
    return (standing.falls > 0 and bool(standing.reason)) or standing.state is ServiceState.FATAL


def _exit_status(standing: Standing) -> int:
    if standing.exit is None:
        return 0
    return -1 if standing.exit.code is None else standing.exit.code


def _spawn_error(program: Program, state: S) -> str:
    """Why the last start failed, or how the process ended where that was not expected."""
    standing, service = program.standing, program.service
    if _fell(standing):
        if standing.exit is not None:
            return "Exited too quickly (process log may have details)"
        gone = why_missing(service)
        return standing.reason if gone is None else gone[1]
    if state is S.EXITED and standing.exit is not None and standing.exit.code not in service.success_codes:
        return f"Bad exit code {_exit_status(standing)}"
    return ""


def _description(state: S, found: Mapping[str, Any]) -> str:
    if state is S.RUNNING:
        return f"pid {found['pid']}, uptime {uptime(max(0, found['now'] - found['start']))}"
    if state in (S.FATAL, S.BACKOFF):
        return found["spawnerr"] or f'unknown error (try "tail {found["name"]}")'
    if state in (S.STOPPED, S.EXITED):
        if not found["start"]:
            return "Not started"
        return time.strftime("%b %d %I:%M %p", time.localtime(found["stop"]))
    return ""


def uptime(seconds: int) -> str:
    """`0:00:07`, `1 day, 2:03:04`."""
    days, rest = divmod(seconds, 86_400)
    before = "" if not days else f"{days} day{'' if days == 1 else 's'}, "
    return f"{before}{rest // 3600}:{rest // 60 % 60:02}:{rest % 60:02}"
