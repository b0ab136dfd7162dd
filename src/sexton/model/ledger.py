"""What the engine asks the store to write, and what the store answers: rows as values.

The ledger's rows of a run are `queued` (wanted, not yet claimed), `claimed` or `ended`; ended rows never change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sexton.model.run import Outcome
from sexton.model.units import Duration, Instant


@dataclass(frozen=True, slots=True)
class Enlist:
    """At start and reload: make the jobs known. A job's watermark is the last fire time decided; a new job's is
    `now`; one whose `schedules` text changed owes from now on: max(old, now). Answer: `Enlisted`."""

    schedules: Mapping[str, str]
    now: Instant


@dataclass(frozen=True, slots=True)
class Enlisted:
    watermarks: Mapping[str, Instant]


@dataclass(frozen=True, slots=True)
class Claim:
    """Take (job, slot) for this Sexton; the watermark, when given, moves up to it in the same transaction.
    A `queued` row of that slot becomes `claimed`. Answer: `Claimed`, or None when the slot is taken."""

    job: str
    slot: str
    token: str
    fire_time: Instant | None
    at: Instant
    watermark: Instant | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    run_id: int
    fence: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A row that is written ended: a fire time that was skipped, or a range of `count` missed ones of which
    `fire_time` is the first and `last` the last. The watermark moves as in `Claim`. Answer: the row's id, or None
    when the slot has a row."""

    job: str
    slot: str
    outcome: Outcome
    reason: str
    at: Instant
    fire_time: Instant | None = None
    last: Instant | None = None
    count: int = 1
    watermark: Instant | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A run that is wanted and not yet claimed: an after-job's, or a person's while there is no room.
    Answer when submitted by itself: the row's id, or None when the slot has a row."""

    job: str
    slot: str
    fire_time: Instant | None
    at: Instant


@dataclass(frozen=True, slots=True)
class End:
    """The end of a claimed run by compare-and-set on (id, token, fence), and what follows from it in the same
    transaction. Answer: `Ended`; `took` is False when the row was not ours to end (nothing was written)."""

    run_id: int
    token: str
    fence: int
    outcome: Outcome
    reason: str
    ended: Instant
    started: Instant | None = None
    exit_code: int | None = None
    signal: int | None = None
    cpu: Duration | None = None
    max_rss: int | None = None
    log: str | None = None
    log_bytes: int = 0
    log_lost: int = 0
    tail: str = ""
    queue: tuple[Queued, ...] = ()
    close: tuple[Closed, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    took: bool
    queued: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (job, slot) of each queued row → its id


@dataclass(frozen=True, slots=True)
class Cancelled:
    """End a `queued` row that was never claimed, as cancelled. Answer: True when there was one."""

    run_id: int
    at: Instant
    reason: str


@dataclass(frozen=True, slots=True)
class Prune:
    """Delete ended rows that ended before `before`, at most `limit` of them. Answer: how many were deleted."""

    before: Instant
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ledger as history shows it; `state` is `queued`, `claimed` or `ended`."""

    id: int
    job: str
    slot: str
    state: str
    token: str
    fence: int
    fire_time: Instant | None
    last: Instant | None
    count: int
    created: Instant
    claimed: Instant | None
    started: Instant | None
    ended: Instant | None
    outcome: Outcome | None
    reason: str
    exit_code: int | None
    signal: int | None
    cpu: Duration | None
    max_rss: int | None
    log: str | None
    log_bytes: int
    log_lost: int
    tail: str


@dataclass(frozen=True, slots=True)
class Find:
    """A question about history, newest first; None leaves a condition out. `states`, `outcomes`: any of them.
    Answer: a tuple of `Row`."""

    run_id: int | None = None
    job: str | None = None
    states: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    before_id: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest ended run of every job that really ran (not skipped, not missed). Answer: a tuple of `Row`."""
