"""The names by which clients call processes: `NAME`, `GROUP:NAME`, `GROUP:*`; and the processes that they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.core.supervisord import group_name, process_name
from sexton.rpc.faults import Code, Fault

if TYPE_CHECKING:
    from sexton.ports import Program, Programs


def split(name: object) -> tuple[str, str | None]:
    """Group and process; None where all of the group are meant. A name alone is one process in a group of its own."""
    if not isinstance(name, str):
        raise Fault(Code.INCORRECT_PARAMETERS)
    group, colon, process = name.partition(":")
    if not colon:
        return name, name
    return group, None if process in ("", "*") else process


def members(programs: Programs, group: object, *, called: object = None) -> list[Program]:
    """The processes of a group. Raises Fault(BAD_NAME) where there is no such group."""
    found = [each for each in programs.all() if group_name(each.service) == group]
    if not found:
        raise Fault(Code.BAD_NAME, str(called if called is not None else group))
    return sorted(found, key=by_priority)


def one(programs: Programs, name: object) -> Program:
    """The process of this name. Raises Fault(BAD_NAME), also where a whole group is meant."""
    group, process = split(name)
    for each in members(programs, group, called=name):
        if process is not None and process_name(each.service) == process:
            return each
    raise Fault(Code.BAD_NAME, str(name))


def every(programs: Programs) -> list[Program]:
    """All processes, in the order in which they start."""
    return sorted(programs.all(), key=by_priority)


def by_priority(program: Program) -> tuple[int, str, int, str]:
    service = program.service
    return service.group_priority, group_name(service), service.priority, process_name(service)
