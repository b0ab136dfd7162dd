"""What the engine asks the store to write, and what the store answers: rows as values.

The ledger's rows of a run are `queued` (wanted, not yet claimed), `claimed` or `ended`; ended rows never change. A run
whose attempt ended and that shall have another goes from `claimed` back to `queued`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sexton.model.job import After
from sexton.model.run import Outcome
from sexton.model.units import Duration, Instant

if TYPE_CHECKING:
    from sexton.model.notice import Tell
    from sexton.model.step import StepRecord

NOTHING: Mapping[str, str] = MappingProxyType({})


class Enlist(NamedTuple):
    """At start and reload: make the jobs known. A job's watermark is the last fire time decided; a new job's is
    `now`; one whose `schedules` text changed owes from now on: max(old, now). Answer: `Enlisted`."""

    schedules: Mapping[str, str]
    now: Instant


class Enlisted(NamedTuple):
    """`owed`: since when each job owes a success (its last one, or when it became known, changed or was resumed)."""

    watermarks: Mapping[str, Instant]
    owed: Mapping[str, Instant] = MappingProxyType({})


class Claim(NamedTuple):
    """Take (job, slot) for this Sexton; the watermark, when given, moves up to it in the same transaction.
    A `queued` row of that slot becomes `claimed`. Answer: `Claimed`, or None when the slot is taken."""

    job: str
    slot: str
    token: str
    fire_time: Instant | None
    at: Instant
    watermark: Instant | None = None
    env: Mapping[str, str] = NOTHING  # what a person added to the environment


class Claimed(NamedTuple):
    run_id: int
    fence: int


class Closed(NamedTuple):
    """A row that is written ended: a fire time that was skipped, or a range of `number` missed ones of which
    `fire_time` is the first and `last` the last. The watermark moves as in `Claim`. Answer: the row's id, or None
    when the slot has a row. `needs` as in `Queued`."""

    job: str
    slot: str
    outcome: Outcome
    reason: str
    at: Instant
    fire_time: Instant | None = None
    last: Instant | None = None
    number: int = 1
    watermark: Instant | None = None
    needs: tuple[After, ...] = ()
    tell: "tuple[Tell, ...]" = ()


class Queued(NamedTuple):
    """A run that is wanted and not yet claimed: an after-job's, or a person's while there is no room; or, as read from
    the ledger, one that waits for a later `attempt`, not before `not_before`. The watermark moves as in `Claim`.
    Nothing is written unless the newest run for `fire_time` of each job in `needs` has ended as it says.
    Answer when submitted by itself: the row's id, or None when the slot has a row or a need is not met."""

    job: str
    slot: str
    fire_time: Instant | None
    at: Instant
    attempt: int = 1
    not_before: Instant | None = None
    watermark: Instant | None = None
    needs: tuple[After, ...] = ()
    env: Mapping[str, str] = NOTHING  # what a person added to the environment
    backfill: bool = False  # a person asked for a past fire time, of it or of what called for it


class End(NamedTuple):
    """The end of a claimed run by compare-and-set on (id, token, fence), and what follows from it in the same
    transaction. With `not_before` it is the end of an attempt alone: that is put down, and the run is queued again for
    its next attempt, which begins no earlier. Answer: `Ended`; `took` is False when the row was not ours to end
    (nothing was written)."""

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
    not_before: Instant | None = None
    queue: tuple[Queued, ...] = ()
    close: tuple[Closed, ...] = ()
    tell: "tuple[Tell, ...]" = ()
    steps: "tuple[StepRecord, ...]" = ()


class Ended(NamedTuple):
    """`told`: how many notices came of it."""

    took: bool
    queued: Mapping[tuple[str, str], int] = MappingProxyType({})  # (job, slot) of each queued row → its id
    told: int = 0

    def rows(self, queue: Iterable[Queued]) -> list[tuple[Queued, int]]:
        """Those of `queue` that have a row, and its id: where something is needed besides, they may have none."""
        found = [(each, self.queued.get((each.job, each.slot))) for each in queue]
        return [(each, run_id) for each, run_id in found if run_id is not None]


class Cancelled(NamedTuple):
    """End a `queued` row as cancelled, and what follows from it where an attempt of it ran. Answer: `Ended`; `took` is
    False when there was none."""

    run_id: int
    at: Instant
    reason: str
    queue: tuple[Queued, ...] = ()
    close: tuple[Closed, ...] = ()
    tell: "tuple[Tell, ...]" = ()


class Switch(NamedTuple):
    """Remember that a `job` is paused, or a `service` disabled (`off`), or that it no longer is. Answer: None."""

    kind: str
    name: str
    off: bool
    at: Instant


class Prune(NamedTuple):
    """Delete ended rows that ended before `before`, at most `limit` of them. Answer: how many were deleted."""

    before: Instant
    limit: int = 1000


class Row(NamedTuple):
    """One row of the ledger as history shows it; `state` is `queued`, `claimed` or `ended`. From `started` on it speaks
    of the last attempt, whose number is `attempt`; while that waits for `not_before`, of the one before."""

    id: int
    job: str
    slot: str
    state: str
    token: str
    fence: int
    attempt: int
    not_before: Instant | None
    fire_time: Instant | None
    last: Instant | None
    number: int
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
    env: Mapping[str, str] = NOTHING
    backfill: bool = False


class Attempt(NamedTuple):
    """An attempt that another one followed: number `attempt` of `run`."""

    run: int
    attempt: int
    fence: int
    claimed: Instant
    started: Instant | None
    ended: Instant
    outcome: Outcome
    reason: str
    exit_code: int | None
    signal: int | None
    cpu: Duration | None
    max_rss: int | None
    log: str | None
    log_bytes: int
    log_lost: int
    tail: str


class Attempts(NamedTuple):
    """A question: the attempts of a run that others followed, oldest first. Answer: a tuple of `Attempt`."""

    run_id: int


class Steps(NamedTuple):
    """A question: the steps of a run, in their order, each with every attempt that began it. Answer: a tuple of
    `StepRecord`."""

    run_id: int


class Find(NamedTuple):
    """A question about history, newest first; None leaves a condition out. `states`, `outcomes`: any of them.
    Answer: a tuple of `Row`."""

    run_id: int | None = None
    job: str | None = None
    slot: str | None = None
    fire_time: Instant | None = None
    states: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    before_id: int | None = None
    limit: int = 50


class Decision(NamedTuple):
    """A question: what was decided of the fire time `at` of `job`. Answer: a tuple of at most one `Row`, that of the
    slot or of the range that the fire time lies in."""

    job: str
    at: Instant


class Latest(NamedTuple):
    """The newest ended run of every job that really ran (not skipped, not missed). Answer: a tuple of `Row`."""


class Succeeded(NamedTuple):
    """When a run of each job last succeeded, as far as history goes. Answer: a tuple of (job, when)."""


class LeftLog(NamedTuple):
    """A run's log file that an earlier Sexton left: size in bytes, last lines."""

    path: str
    size: int
    tail: str
