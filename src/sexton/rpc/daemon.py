"""Sexton itself, as supervisord's clients ask about supervisord: versions, state, stopping; and words to processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sexton.core.supervisord import process_state
from sexton.model.errors import ConfigError, Refused
from sexton.model.supervisord import ProcessState as S
from sexton.rpc import naming
from sexton.rpc.faults import Code, Fault

if TYPE_CHECKING:
    from sexton.ports import Programs

API_VERSION = "3.0"
SUPERVISOR_VERSION = "4.3.0"  # clients refuse to go on with one that they do not know
IDENTIFIER = "supervisor"


def api_version(_: Programs) -> str:
    return API_VERSION


def version(_: Programs) -> str:
    return SUPERVISOR_VERSION


def identification(programs: Programs) -> str:
    supervisord = programs.plan.supervisord
    return IDENTIFIER if supervisord is None else supervisord.identifier


def state(_: Programs) -> dict[str, object]:
    return {"statecode": 1, "statename": "RUNNING"}  # one that stops answers SHUTDOWN_STATE before it gets here


def pid(_: Programs) -> int:
    return os.getpid()


def shutdown(programs: Programs) -> bool:
    programs.leave(again=False)
    return True


def restart(programs: Programs) -> bool:
    try:
        programs.leave(again=True)
    except ConfigError as error:  # supervisord would be gone
        raise Fault(Code.FAILED, f"not restarted: {'; '.join(map(str, error.problems))}") from None
    return True


def send_stdin(programs: Programs, name: object, chars: object) -> bool:
    if not isinstance(chars, str):
        raise Fault(Code.INCORRECT_PARAMETERS, str(chars))
    program = naming.one(programs, name)
    if not program.standing.pid or process_state(program.standing.state) is S.STOPPING:
        raise Fault(Code.NOT_RUNNING, str(name))
    try:
        programs.feed(program.service.name, chars.encode("utf-8", "surrogatepass"))
    except Refused as refused:
        if refused.kind == "conflict":
            raise Fault(Code.NO_FILE, str(name)) from None
        raise
    return True


def send_event(programs: Programs, kind: object, data: object) -> bool:
    programs.tell_listeners(str(kind), str(data))
    return True
