"""The tree of events, by name: a subscription covers the event of its name and all whose names begin with it.

The names are supervisord's (its docs/events.rst), but for ticks: `TICK_n` may have any whole number of seconds. `TICK`
and `EVENT` cover the ticks that supervisord has, and no others. Pure.
"""

import re
from collections.abc import Iterable

ROOT = "EVENT"
TICKS = (5, 60, 3600)
LONGEST_TICK = 366 * 86_400  # seconds

TREE = {
    "PROCESS_STATE": ("STARTING", "RUNNING", "BACKOFF", "STOPPING", "EXITED", "STOPPED", "FATAL", "UNKNOWN"),
    "PROCESS_COMMUNICATION": ("STDOUT", "STDERR"),
    "PROCESS_LOG": ("STDOUT", "STDERR"),
    "REMOTE_COMMUNICATION": (),
    "SUPERVISOR_STATE_CHANGE": ("RUNNING", "STOPPING"),
    "TICK": tuple(map(str, TICKS)),
    "PROCESS_GROUP": ("ADDED", "REMOVED"),
}
NAMES = (ROOT, *(name for kind, parts in TREE.items() for name in (kind, *(f"{kind}_{part}" for part in parts))))

_TICK = re.compile(r"TICK_([1-9][0-9]{0,8})")


def period_of(name: str) -> int | None:
    """The seconds of a `TICK_n`; None for what is none."""
    match = _TICK.fullmatch(name)
    return int(match[1]) if match else None


def known(name: str) -> bool:
    """Whether there are events that a subscription to `name` covers."""
    period = period_of(name)
    return name in NAMES if period is None else period <= LONGEST_TICK


def covers(subscription: str, name: str) -> bool:
    """Whether who subscribes to `subscription` is told the event `name`."""
    if subscription == name:
        return True
    if subscription not in (ROOT, "TICK") and period_of(name) is not None:
        return False
    above = subscription == ROOT or name.startswith(f"{subscription}_")
    return above and name in NAMES


def periods(subscriptions: Iterable[str]) -> set[int]:
    """The seconds of all ticks that these subscriptions cover."""
    wanted = set(subscriptions)
    own = {period for name in wanted if (period := period_of(name)) is not None}
    return own | set(TICKS) if wanted & {ROOT, "TICK"} else own
