"""The life of one of a listener's processes as a table: state × happening → next state and effects, every cell filled.

supervisord's protocol (its docs/events.rst) says what a process may say when; where supervisord leaves one that breaks
it in UNKNOWN for good, it is ended here and a new one takes its place. Pure. Invariant: an event that a process has is
settled, returned or retried in the very move in which it stops being BUSY.
"""

from typing import NamedTuple

from sexton.core.backoff import growing
from sexton.core.grid import read_grid
from sexton.model.job import Retry
from sexton.model.listener import ListenerEffect, ListenerHappening, ListenerState
from sexton.model.units import Duration

S, E = ListenerState, ListenerEffect


class Move(NamedTuple):
    """One cell: where the process stands then (None: where it stood) and what has to be done."""

    to: ListenerState | None
    effects: tuple[ListenerEffect, ...] = ()


STALE = Move(None)  # "." changes nothing: a deadline of the event before, words of one that is being ended
NEVER = Move(None)  # "!" cannot happen; the engine reports it as a defect of its own

MOVES = {
    "prepare": Move(S.READY, (E.OFFER,)),
    "give": Move(S.BUSY, (E.WRITE,)),
    "settle": Move(S.ACKNOWLEDGED, (E.SETTLE,)),
    "reject": Move(S.ACKNOWLEDGED, (E.RETRY,)),
    "confuse": Move(S.UNKNOWN, (E.CONDEMN,)),
    "lose": Move(S.UNKNOWN, (E.RETRY, E.CONDEMN)),
    "reset": Move(S.ACKNOWLEDGED),
    "return": Move(S.ACKNOWLEDGED, (E.RETURN,)),
    ".": STALE,
    "!": NEVER,
}

GRID = """
         acknowledged  ready    busy    unknown
ready    prepare       !        !       .
given    !             give     !       !
done     !             !        settle  .
failed   !             !        reject  .
noise    confuse       confuse  lose    .
silent   .             .        lose    .
stopped  reset         reset    return  reset
died     reset         reset    reject  reset
"""

TABLE = read_grid(GRID, ListenerState, ListenerHappening, MOVES)


def retry_after(retry: Retry, deliveries: int) -> Duration | None:
    """How long an event rests that was delivered so often in vain; None: it becomes a dead letter."""
    return growing(retry.delay, retry.factor, retry.limit, deliveries) if deliveries < retry.attempts else None
