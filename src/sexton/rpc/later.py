"""What a method gives when its answer comes later, and what it may be given.

Every answer is given once, on the loop's thread. Invariant: a call that was begun is answered, since what it waits for
has a deadline of its own in the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sexton.model.errors import SextonError
from sexton.rpc.faults import Code, Fault

Done = Callable[[Any], None]  # called with the value, or with the Fault that took its place


class Later(NamedTuple):
    """`begin` is called once with whom to tell."""

    begin: Callable[[Done], None]


def told(done: Done, make: Callable[[Any], Any] = lambda result: result) -> Done:
    """A callback for ports.Programs: `make` turns the result into a value; an error becomes a fault."""

    def tell(result: Any) -> None:
        try:
            done(as_fault(result) if isinstance(result, SextonError) else make(result))
        except SextonError as error:
            done(as_fault(error))

    return tell


def as_fault(error: SextonError) -> Fault:
    """What Sexton refuses, in supervisord's words."""
    return error if isinstance(error, Fault) else Fault(Code.FAILED, str(error))
