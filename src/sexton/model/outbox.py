"""The outbox in the ledger: what the engine asks the store to write and to say about notices, and the answers.

Loaded when a plan has sinks, and never before.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sexton.model.notice import Rule
from sexton.model.units import Duration, Instant


class Remind(NamedTuple):
    """Tell the route once more of an incident that lasts; the next time at `again`. Answer: as `Tell`."""

    subject: str
    rule: Rule
    at: Instant
    not_before: Instant
    again: Instant


class Routes(NamedTuple):
    """At start and reload: forget what was told to routes that are no longer, and give up what waits for sinks that
    are no longer; remind of what goes on as the routes say now. Answer: how many were given up, by sink."""

    routes: Mapping[tuple[str, str], Duration | None]  # by (subject, route): after how long it is told once more
    sinks: tuple[str, ...]
    at: Instant


class Gather(NamedTuple):
    """Make one notice of those that wait for a digest of `sink` and are due at `at`. Answer: as `Tell`."""

    sink: str
    at: Instant


class Delivered(NamedTuple):
    """The sink has accepted the notice. `wakes`: it had not answered for a while, and what was tried in vain meanwhile
    pauses no longer. `refused`: who never gets it, and why. Answer: None."""

    id: int
    sink: str
    at: Instant
    wakes: bool = False
    refused: str = ""


class Partly(NamedTuple):
    """The sink has accepted it for some; `recipients` may have it another time, no earlier than `not_before`, or it is
    given up for them (None). `refused` and `later` say who was not accepted, and why; `wakes` as in `Delivered`.
    Answer: None."""

    id: int
    sink: str
    at: Instant
    refused: str
    later: str
    recipients: tuple[str, ...]
    not_before: Instant | None
    wakes: bool = False


class Undelivered(NamedTuple):
    """It has not, for `error`: to be tried again no earlier than `not_before`, or given up (None). Answer: None."""

    id: int
    sink: str
    at: Instant
    error: str
    not_before: Instant | None = None


class Again(NamedTuple):
    """A person wants a notice (None: each that was tried in vain or given up) tried at once, as far as its sink is one
    of `sinks`. Answer: how many there were, or `Gone` for a notice whose sink is no more."""

    id: int | None
    at: Instant
    sinks: tuple[str, ...]


class Gone(NamedTuple):
    """The plan has the sink of this notice no more."""

    sink: str


class Wake(NamedTuple):
    """What `sinks` did not take when it was tried is tried again at `at`. Answer: how many there were."""

    sinks: tuple[str, ...]
    at: Instant


class Drop(NamedTuple):
    """A person drops a notice that waits (None: every one). Answer: how many there were."""

    id: int | None
    at: Instant


class DueNow(NamedTuple):
    """A question: the oldest notice of each of `sinks` that may be delivered at `at`, and all that there is to wait
    for. While one that was tried pauses, none that is younger and of the same subject may be delivered. Answer:
    `DueNotices`."""

    sinks: tuple[str, ...]
    at: Instant


class Outgoing(NamedTuple):
    """A row of the outbox; `state` is `pending`, `delivered`, `given_up` or `dropped` (by hand), `tail` the last lines
    of its run's log. Of a mail that some have had, `recipients` are those who have not, and `refused` says who never
    will. `asked`: when a person wanted it tried although it had been given up; its age counts from then on."""

    id: int
    sink: str
    notice: Mapping[str, Any]
    created: Instant
    not_before: Instant
    attempts: int
    error: str
    state: str
    ended: Instant | None
    tail: str = ""
    recipients: tuple[str, ...] = ()
    refused: str = ""
    asked: Instant | None = None


class DueNotices(NamedTuple):
    """`digests` are sinks whose digest is due, `next` is when something else falls due; `pending` counts by sink what
    waits, `given_up` whatever was given up so far. `reminders` are (subject, route) of incidents to remind of now."""

    rows: tuple[Outgoing, ...] = ()
    digests: tuple[str, ...] = ()
    reminders: tuple[tuple[str, str], ...] = ()
    next: Instant | None = None
    pending: Mapping[str, int] = MappingProxyType({})
    given_up: int = 0


class Outbox(NamedTuple):
    """A question: notices, newest first. Answer: a tuple of `Outgoing` without tails."""

    states: tuple[str, ...] = ()
    limit: int = 100


class Record(NamedTuple):
    """How a sink has done so far; `failing_since` while its last delivery failed."""

    sink: str
    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    last_delivered: Instant | None = None
    failing_since: Instant | None = None
    error: str = ""
    lately: tuple[Instant, ...] = ()


class Records(NamedTuple):
    """A question. Answer: a tuple of `Record`, `lately` being when notices were given up, from `since` on."""

    since: Instant


class Incidents(NamedTuple):
    """A question: who is not well as far as somebody was told. Answer: a tuple of (subject,)."""
