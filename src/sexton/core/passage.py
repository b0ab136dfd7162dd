"""From one state of a service to the next in supervisord's words, and by its ways only.

Sexton answers an exit in the turn that sees it, so that a service is RUNNING and then STARTING; who listens for EXITED
is told that it was. Pure. Invariant: consecutive states of a passage are neighbours in `WAYS`.
"""

from collections import deque

from sexton.core.supervisord import process_state
from sexton.model.service import ServiceState as S

WAYS = {
    "STOPPED": ("STARTING",),
    "STARTING": ("RUNNING", "BACKOFF", "STOPPING", "EXITED"),  # EXITED: where `restart` does not answer it
    "RUNNING": ("EXITED", "STOPPING"),
    "BACKOFF": ("STARTING", "STOPPED", "FATAL"),
    "STOPPING": ("STOPPED",),
    "EXITED": ("STARTING", "FATAL"),  # FATAL: a budget that is spent
    "FATAL": ("STARTING",),
}
_ASIDE = {"RUNNING": "EXITED", "STARTING": "EXITED", "STOPPING": "STOPPED"}  # it waits for what it depends on


def passage(before: str, state: S) -> tuple[str, ...]:
    """The states after `before`, a word of supervisord's, up to the one that was reached. Empty where nothing changed;
    a service that waits is where it was left, for supervisord has no such state, and stopping what does not run
    changes nothing."""
    to = _ASIDE.get(before, before) if state is S.WAITING else process_state(state).name
    if before == "BACKOFF" and state in (S.BACKOFF, S.FATAL):  # a start that failed at once was not told
        return ("STARTING", "BACKOFF") if state is S.BACKOFF else ("STARTING", "BACKOFF", "FATAL")
    if before == "RUNNING" and state is S.RUNNING:  # replaced, by a process that need not live for any time
        return ("EXITED", "STARTING", "RUNNING")
    if to == before or (to == "STOPPED" and before in ("EXITED", "FATAL")):
        return ()
    return _shortest(before, to)


def _shortest(before: str, to: str) -> tuple[str, ...]:
    ways: deque[tuple[str, ...]] = deque([(before,)])
    while ways:
        way = ways.popleft()
        for following in WAYS[way[-1]]:
            if following == to:
                return (*way[1:], to)
            if following not in way:
                ways.append((*way, following))
    raise ValueError(f"there is no way from {before} to {to}")
