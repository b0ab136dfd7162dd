"""Starting, stopping and signalling, one process, a group, or all: supervisord's methods over the engine's wishes.

A process that is being stopped and is asked to start runs again once it is gone. Whoever waits is answered when the
processes have settled, however long they may take for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sexton.core.supervisord import group_name, namespec, process_name, process_state
from sexton.model.signals import NUMBERS
from sexton.model.supervisord import ProcessState as S
from sexton.rpc import naming
from sexton.rpc.commands import missing
from sexton.rpc.faults import Code, Fault
from sexton.rpc.later import Done, Later, told

if TYPE_CHECKING:
    from sexton.ports import Program, Programs

UP = frozenset({S.RUNNING, S.BACKOFF, S.STARTING})
SIGNALLED = frozenset({S.RUNNING, S.STARTING, S.STOPPING})
Check = Callable[["Programs", "Program", str], "Fault | None"]  # the last is what the client called it


def start(programs: Programs, name: object, wait: object = True) -> Any:
    group, process = naming.split(name)
    if process is None:
        return _several(programs, naming.members(programs, group, called=name), "start", wait)
    return _alone(programs, str(name), "start", wait)


def start_group(programs: Programs, name: object, wait: object = True) -> Later:
    return _several(programs, naming.members(programs, name), "start", wait)


def start_all(programs: Programs, wait: object = True) -> Later:
    return _several(programs, naming.every(programs), "start", wait)


def stop(programs: Programs, name: object, wait: object = True) -> Any:
    group, process = naming.split(name)
    if process is None:
        return _several(programs, naming.members(programs, group, called=name), "stop", wait)
    return _alone(programs, str(name), "stop", wait)


def stop_group(programs: Programs, name: object, wait: object = True) -> Later:
    return _several(programs, naming.members(programs, name), "stop", wait)


def stop_all(programs: Programs, wait: object = True) -> Later:
    return _several(programs, naming.every(programs), "stop", wait)


def signal(programs: Programs, name: object, word: object) -> Any:
    group, process = naming.split(name)
    if process is None:
        return _signal_several(programs, naming.members(programs, group, called=name), word)
    program, number = naming.one(programs, name), _number(word)
    if _state(program) not in SIGNALLED:
        raise Fault(Code.NOT_RUNNING, str(name))
    return Later(lambda done: _signal(programs, program, number, done))


def signal_group(programs: Programs, name: object, word: object) -> list[dict[str, object]]:
    return _signal_several(programs, naming.members(programs, name), word)


def signal_all(programs: Programs, word: object) -> list[dict[str, object]]:
    return _signal_several(programs, naming.every(programs), word)


def result(program: Program, fault: Fault | None = None) -> dict[str, object]:
    """What became of one process of several."""
    service = program.service
    return {
        "name": process_name(service),
        "group": group_name(service),
        "status": int(Code.SUCCESS if fault is None else fault.code),
        "description": "OK" if fault is None else fault.text,
    }


def _alone(programs: Programs, called: str, wish: str, wait: object) -> Later:
    program = naming.one(programs, called)
    refused = _BEFORE[wish](programs, program, called)
    if refused is not None:
        raise refused

    def settled(_: object) -> bool:
        fault = _AFTER[wish](programs, program, called) if wait else None
        if fault is not None:
            raise fault
        return True

    return Later(lambda done: programs.steer([program.service.name], wish, told(done, settled), wait=bool(wait)))


def _several(programs: Programs, found: Sequence[Program], wish: str, wait: object) -> Later:
    """Those that are down, or up; what cannot be done for one of them keeps nothing from the others."""
    asked = [each for each in found if (_state(each) in UP) is (wish == "stop")]
    before = {each.service.name: _BEFORE[wish](programs, each, namespec(each.service)) for each in asked}
    able = [each for each in asked if before[each.service.name] is None]

    def settled(_: object) -> list[dict[str, object]]:
        refused = [result(each, fault) for each in asked if (fault := before[each.service.name]) is not None]
        after = _AFTER[wish] if wait else _fine
        return refused + [result(each, after(programs, each, namespec(each.service))) for each in able]

    names = [each.service.name for each in able]
    return Later(lambda done: programs.steer(names, wish, told(done, settled), wait=bool(wait)))


def _before_start(programs: Programs, program: Program, called: str) -> Fault | None:
    said = missing(program.service)
    if said is not None:
        return said
    if _state(program) in UP:
        return Fault(Code.ALREADY_STARTED, called)
    if programs.disabled(program.service.name):
        return Fault(Code.FAILED, f"{called} is disabled; enable it first")
    return None


def _before_stop(_: Programs, program: Program, called: str) -> Fault | None:
    return None if _state(program) in UP else Fault(Code.NOT_RUNNING, called)


def _after_start(_: Programs, program: Program, called: str) -> Fault | None:
    state = _state(program)
    if state in (S.RUNNING, S.STARTING):  # starting is what waits for others that do not run
        return None
    if state is S.EXITED and program.service.start_retries is not None:  # it has run, or it would be tried again
        return None
    return Fault(Code.SPAWN_ERROR if state in (S.BACKOFF, S.FATAL) else Code.ABNORMAL_TERMINATION, called)


def _fine(_: Programs, program: Program, called: str) -> Fault | None:
    return None


_BEFORE: dict[str, Check] = {"start": _before_start, "stop": _before_stop}
_AFTER: dict[str, Check] = {"start": _after_start, "stop": _fine}


def _signal_several(programs: Programs, found: Sequence[Program], word: object) -> list[dict[str, object]]:
    results: list[dict[str, object]] = []
    for program in found:
        if _state(program) in SIGNALLED:
            _signal_one(programs, program, word, results)
    return results


def _signal_one(programs: Programs, program: Program, word: object, results: list[dict[str, object]]) -> None:
    def sent(value: object) -> None:
        results.append(result(program, value if isinstance(value, Fault) else None))

    try:
        _signal(programs, program, _number(word), sent)
    except Fault as fault:
        sent(fault)


def _signal(programs: Programs, program: Program, number: int, done: Done) -> None:
    programs.steer([program.service.name], "signal", told(done, lambda _: True), signum=number)


def _number(word: object) -> int:
    """A signal by name, with or without SIG, or by number; 0 only asks whether one could be sent (kill(2)). Raises
    Fault(BAD_SIGNAL)."""
    text = str(word).strip().upper()
    number = int(text) if text.isascii() and text.isdigit() else NUMBERS.get(f"SIG{text.removeprefix('SIG')}", -1)
    if not 0 <= number <= 64:
        raise Fault(Code.BAD_SIGNAL, str(word))
    return number


def _state(program: Program) -> S:
    return process_state(program.standing.state)
