"""The groups: how the files differ from what is in force, and taking groups up or letting them go one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.rpc.faults import Code, Fault
from sexton.rpc.later import Done, Later

if TYPE_CHECKING:
    from sexton.core.reload import Difference
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
