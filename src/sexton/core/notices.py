"""What is told to whom: a word about a job or service, and what a route was told last, make a decision.

An incident is told once when it begins and once when it is over; what happens again meanwhile is no news. Failing and
being late (of a service: down for good, and unhealthy) are two things, and each is told. Pure; reminders, quiet times
and digests only say when. Invariant: every state of an incident has an answer to whatever happens.
"""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum
from typing import NamedTuple

from sexton.core.grid import read_grid
from sexton.model.notice import Incident, Rule

FAILURES = frozenset({"failed", "timeout", "lost", "fatal", "exited", "health"})
DELAYS = frozenset({"late", "unhealthy"})
GOOD = frozenset({"succeeded", "running", "healthy"})  # the last two are no words of a rule
RECOVERED = "recovered"
SETTLED = "settled"  # what was late is owed no more, though nothing has succeeded; no word of a rule

OF_JOBS = frozenset(
    {"started", "succeeded", "failed", "timeout", "lost", "cancelled", "skipped", "missed", RECOVERED, "late"}
)
OF_SERVICES = frozenset({"fatal", "exited", "unhealthy", RECOVERED})
OF_SEXTON = frozenset({"health", "reload_failed", "store", "alive"})


class Happening(StrEnum):
    """What a word means to a rule."""

    FAILED = "failed"
    LATE = "late"
    GOOD = "good"
    SETTLED = "settled"
    NEWS = "news"  # asked for, and part of no incident
    NOTHING = "nothing"  # not asked for


class Move(NamedTuple):
    """Where an incident goes, None: it stays; and whether that is told."""

    to: Incident | None = None
    told: bool = False


GRID = """
          well    failed  late    both
failed    failed  .       both    .
late      late    both    .       .
good      good    over    over    over
settled   .       .       end     failing
news      tell    tell    tell    tell
nothing   .       .       .       .
"""

_MOVES = {
    ".": Move(),
    "failed": Move(Incident.FAILED, told=True),
    "late": Move(Incident.LATE, told=True),
    "both": Move(Incident.BOTH, told=True),
    "over": Move(Incident.WELL, told=True),
    "end": Move(Incident.WELL),
    "failing": Move(Incident.FAILED),
    "good": Move(told=True),
    "tell": Move(told=True),
}

TABLE = read_grid(GRID, Incident, Happening, _MOVES)


class Decision(NamedTuple):
    """Where the incident stands now, and the word that is told, if any."""

    incident: Incident
    said: str | None


def decide_notice(incident: Incident, rule: Rule, word: str) -> Decision:
    """What becomes of an incident, and what is told of it, when `word` happens."""
    if rule.each:
        return Decision(Incident.WELL, word if word in rule.on else None)
    move = TABLE[incident, _meaning(rule.on, word)]
    if not move.told:
        return Decision(move.to or incident, None)
    return Decision(move.to or incident, _said(rule.on, word, over=move.to is Incident.WELL))


def _meaning(on: Set[str], word: str) -> Happening:
    if word in GOOD:
        return Happening.GOOD
    if word == SETTLED:
        return Happening.SETTLED
    if word not in on:
        return Happening.NOTHING
    if word in FAILURES:
        return Happening.FAILED
    return Happening.LATE if word in DELAYS else Happening.NEWS


def _said(on: Set[str], word: str, *, over: bool) -> str | None:
    """The word for it: a good end that ends an incident is a recovery first, where that is asked for."""
    if over and RECOVERED in on:
        return RECOVERED
    return word if word in on else None
