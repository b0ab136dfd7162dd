"""A run: one execution of a job, known by (job, slot). How it moves from state to state is core/runs.py's.

The slot names the occurrence, whoever computes it: `2026-11-22T08:00:00Z` a fire time, `after:41` the end of
run 41, `start:<token>` one start of Sexton, `manual:<token>` a person's request,
`rerun:41` run 41 once more, `event:db:fatal:…` an event.
"""

from enum import StrEnum
from typing import NamedTuple

from sexton.model.units import Duration, Instant


class Outcome(StrEnum):
    """How a run ended: the same seven words in API, metrics, notices and command line."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    LOST = "lost"
    SKIPPED = "skipped"
    MISSED = "missed"


class RunState(StrEnum):
    """Where a run stands in this process's memory (the ledger knows only queued, claimed and ended). It passes through
    them once with each attempt."""

    CLAIMING = "claiming"  # the claim is on its way to the disk
    WITHDRAWING = "withdrawing"  # cancelled while claiming or starting
    STARTING = "starting"  # claimed; the process is being started
    RUNNING = "running"  # the process lives
    STOPPING = "stopping"  # stop signal sent; the process may take its time until the deadline
    LINGERING = "lingering"  # the process is gone, others of its group are not yet
    KILLING = "killing"  # KILL sent
    ENDING = "ending"  # the end is on its way to the disk
    ENDED = "ended"
    WAITING = "waiting"  # the attempt is over and recorded; the run is queued again, for the next one


class Happening(StrEnum):
    """What can happen to a run."""

    CLAIMED = "claimed"  # the claim is durable
    CLAIM_REFUSED = "claim_refused"  # the slot has a row already
    CLAIM_FAILED = "claim_failed"  # the store could not write
    SPAWNED = "spawned"
    SPAWN_FAILED = "spawn_failed"
    EXITED = "exited"  # the process ended and nothing of its group is left
    EXITED_LEAVING = "exited_leaving"  # the process ended, others of its group live
    GROUP_GONE = "group_gone"  # the last of the group ended
    CANCEL = "cancel"  # a person's wish, or shutdown's
    DEADLINE = "deadline"  # the time that the state allows is over
    END_RECORDED = "end_recorded"
    ATTEMPT_RECORDED = "attempt_recorded"  # the end of an attempt that another one follows
    END_REFUSED = "end_refused"  # the row is no longer ours
    END_FAILED = "end_failed"  # the store could not write


class RunEffect(StrEnum):
    """What the engine has to do after a move. At most one of them (RECORD_END) is durable."""

    SPAWN = "spawn"
    SIGNAL_STOP = "signal_stop"
    KILL = "kill"
    RECORD_END = "record_end"
    TRY_AGAIN = "try_again"  # hand the run back to the line, for its next attempt
    RELEASE = "release"  # forget the run: its place is free, what follows it may start
    REPORT_REFUSED = "report_refused"  # say loudly that someone else ended our row


class Exit(NamedTuple):
    """How a process ended, from wait4(2): `code` or `signal` (the other is None), its and its children's CPU time
    in microseconds, its peak resident memory in bytes. `limit`: which limit it or its children ran into, in words."""

    code: int | None
    signal: int | None
    cpu: Duration
    max_rss: int
    limit: str = ""


class RunEvent(NamedTuple):
    """A happening with what came with it; fields that do not belong to `kind` keep their defaults."""

    kind: Happening
    run_id: int = 0  # CLAIMED
    fence: int = 0  # CLAIMED
    pid: int = 0  # SPAWNED
    exit: Exit | None = None  # EXITED, EXITED_LEAVING
    errors: int = 0  # EXITED, EXITED_LEAVING: bytes it wrote to standard error, where that is looked at
    reason: str = ""  # SPAWN_FAILED, CANCEL
    within: Duration | None = None  # CANCEL: no more than this for the stop, whatever the job allows


class Run(NamedTuple):
    """One run in memory. `token` is made by the claimant before the claim; `fence` grows with every claim of the
    job; `id` is the ledger's number (0 until claimed). `attempt` counts its processes from 1. `asked` is the outcome
    that a stop in progress leads to; `again` is when the next attempt may begin at the earliest, None when the run is
    over with this one."""

    job: str
    slot: str
    token: str
    fire_time: Instant | None = None
    attempt: int = 1
    state: RunState = RunState.CLAIMING
    id: int = 0
    fence: int = 0
    pid: int = 0
    started: Instant | None = None
    ended: Instant | None = None
    asked: Outcome | None = None
    outcome: Outcome | None = None
    reason: str = ""
    again: Instant | None = None
    exit: Exit | None = None
    errors: int = 0
    failures: int = 0  # how often the store could not take the end
