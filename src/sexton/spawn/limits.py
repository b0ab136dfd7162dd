"""Resource limits of a process (getrlimit(2)), as exact as the kernel lets a parent be.

A process has its limits from its parent at the fork. Soft ones are therefore made ours for the moment of the fork: the
child has them from its first instruction, whoever it is, and no capability is needed. In this moment the loop's thread
does nothing else, and holds the interpreter's lock; a write of the store that meets such a limit then fails and is
tried again, as after any failing write. Two things do not go so: CPU time, which could end a Sexton that has used more,
and hard limits, which once lowered are lowered for good. These are set on the child by prlimit(2) right after the fork:
it may have run for a moment, and for another user's process that takes CAP_SYS_RESOURCE.
"""

import resource
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sexton.model.errors import SpawnError
from sexton.model.process import UNLIMITED, Limit

_Pair = tuple[int, int]


@contextmanager
def limited(limits: Iterable[Limit]) -> Iterator[None]:
    """Have the soft limits ourselves, until the block ends. Raises SpawnError."""
    before: list[tuple[int, _Pair]] = []
    try:
        for limit in limits:
            if limit.inherited:
                number = _number(limit)
                own = resource.getrlimit(number)
                _set(0, limit, (limit.soft, _at_least(own[1], limit.soft)))
                before.append((number, own))
        yield
    finally:
        for number, own in before:
            resource.setrlimit(number, own)


def impose(pid: int, limits: Iterable[Limit]) -> None:
    """Set on the child what it could not be given by the fork. Raises SpawnError."""
    for limit in limits:
        if limit.imposed:
            hard = limit.hard
            if hard is None:
                hard = _at_least(resource.getrlimit(_number(limit))[1], limit.soft)
            _set(pid, limit, (limit.soft, hard))


def _set(pid: int, limit: Limit, pair: _Pair) -> None:
    """`pid` 0 is ourselves."""
    try:
        resource.prlimit(pid, _number(limit), pair)
    except (OSError, ValueError) as error:  # ValueError: the resource module's word for EINVAL, and for some EPERM
        raise SpawnError(f"cannot set limits.{limit.name} to {_shown(pair)}: {_why(pid, limit, pair)}") from error


def _why(pid: int, limit: Limit, pair: _Pair) -> str:
    if _at_least(resource.getrlimit(_number(limit))[1], pair[1]) != resource.getrlimit(_number(limit))[1]:
        return "it is above what Sexton may give; start Sexton with a higher one, or with CAP_SYS_RESOURCE"
    return "for another user's process it takes CAP_SYS_RESOURCE" if pid else "the kernel does not take it"


def _number(limit: Limit) -> int:
    number: int = getattr(resource, f"RLIMIT_{limit.name.upper()}")
    return number


def _at_least(hard: int, soft: int) -> int:
    """The higher of two limits."""
    return UNLIMITED if UNLIMITED in (hard, soft) else max(hard, soft)


def _shown(pair: _Pair) -> str:
    return "/".join("unlimited" if bound == UNLIMITED else str(bound) for bound in pair)
