"""The life of a run as a table: state × happening → next state and effects, every cell filled.

A run goes through it once with each attempt, from a claim of its own to ENDED or, when another attempt follows, to
WAITING: then its row is queued again, and what comes next is a new claim.

`decide_run` is a small interpreter of the table; what a state allows in time is `_deadline`, how an end is judged is
core/outcomes.py. A transition has at most one durable effect (RECORD_END), and what depends on it waits for its
answer. Invariant: an attempt that was claimed ends by way of ENDING, exactly once.
"""

from typing import NamedTuple

from sexton.core.backoff import retry_pause, store_backoff
from sexton.core.grid import read_grid
from sexton.core.outcomes import is_final, judge
from sexton.model.job import Job
from sexton.model.run import Happening, Outcome, Run, RunEffect, RunEvent, RunState
from sexton.model.units import SECOND, Duration, Elapsed, Moment

KILL_AGAIN: Duration = SECOND  # between two KILLs, for what was forked in between

S, H, E = RunState, Happening, RunEffect


class Move(NamedTuple):
    """One cell: where the run goes (None: it stays as it is) and what has to be done."""

    to: RunState | None
    effects: tuple[RunEffect, ...] = ()


STALE = Move(None)  # "." may well come late, and changes nothing: a deadline of the state before, a second cancel
NEVER = Move(None)  # "!" cannot happen; the engine reports it as a defect of its own

MOVES = {
    "spawn": Move(S.STARTING, (E.SPAWN,)),
    "withdraw": Move(S.WITHDRAWING),
    "run": Move(S.RUNNING),
    "stop": Move(S.STOPPING, (E.SIGNAL_STOP,)),
    "hurry": Move(S.STOPPING),
    "linger": Move(S.LINGERING),
    "kill": Move(S.KILLING, (E.KILL,)),
    "record": Move(S.ENDING, (E.RECORD_END,)),
    "sweep": Move(S.ENDING, (E.KILL, E.RECORD_END)),
    "wait": Move(S.ENDING),
    "forget": Move(S.ENDED, (E.RELEASE,)),
    "rest": Move(S.WAITING, (E.TRY_AGAIN, E.RELEASE)),
    "protest": Move(S.ENDED, (E.REPORT_REFUSED, E.RELEASE)),
    ".": STALE,
    "!": NEVER,
}

GRID = """
                  claiming  withdrawing  starting  running  stopping  lingering  killing  ending   ended  waiting
claimed           spawn     record       !         !        !         !          !        !        !      !
claim_refused     forget    forget       !         !        !         !          !        !        !      !
claim_failed      forget    forget       !         !        !         !          !        !        !      !
spawned           !         stop         run       !        !         !          !        !        !      !
spawn_failed      !         record       record    !        !         !          !        !        !      !
exited            !         !            !         record   sweep     !          sweep    !        !      !
exited_leaving    !         !            !         record   linger    !          sweep    !        !      !
group_gone        !         !            !         .        .         sweep      .        .        .      .
cancel            withdraw  .            withdraw  stop     hurry     linger     .        .        .      .
deadline          .         .            .         stop     kill      sweep      kill     record   .      .
end_recorded      !         !            !         !        !         !          !        forget   !      !
attempt_recorded  !         !            !         !        !         !          !        rest     !      !
end_refused       !         !            !         !        !         !          !        protest  !      !
end_failed        !         !            !         !        !         !          !        wait     !      !
"""


TABLE = read_grid(GRID, RunState, Happening, MOVES)


def decide_run(
    run: Run, job: Job, event: RunEvent, now: Moment, deadline: Elapsed | None = None
) -> tuple[Run, tuple[RunEffect, ...], Elapsed | None]:
    """Move `run` by `event`: the run as it is then, what has to be done, and its next deadline (None: none).

    `deadline` is the one in force; a cell that moves nothing keeps it. The caller performs the effects in order.
    """
    cell = TABLE[run.state, event.kind]
    if cell.to is None:
        return run, (), deadline
    moved = _noted(run, event, now)._replace(state=cell.to)
    if cell.to is S.ENDING and run.state is not S.ENDING:
        outcome, reason = judge(moved, job)
        pause = None if is_final(moved, job) else retry_pause(job.retry, run.attempt, outcome)
        again = None if pause is None else now.wall + pause
        moved = moved._replace(outcome=outcome, reason=reason, ended=now.wall, again=again)
    return moved, cell.effects, _deadline(run, moved, job, event, now, deadline)


def _noted(run: Run, event: RunEvent, now: Moment) -> Run:
    """The run with what the event brought written into it."""
    match event.kind:
        case H.CLAIMED:
            return run._replace(id=event.run_id, fence=event.fence)
        case H.SPAWNED:
            return run._replace(pid=event.pid, started=now.wall)
        case H.SPAWN_FAILED:
            return run if run.asked else run._replace(reason=event.reason)
        case H.EXITED | H.EXITED_LEAVING:
            return run._replace(exit=event.exit, errors=event.errors)
        case H.CANCEL if run.asked is None:
            return run._replace(asked=Outcome.CANCELLED, reason=event.reason)
        case H.DEADLINE if run.state is S.RUNNING:
            return run._replace(asked=Outcome.TIMEOUT)
        case H.END_FAILED:
            return run._replace(failures=run.failures + 1)
    return run


def _deadline(
    before: Run, run: Run, job: Job, event: RunEvent, now: Moment, deadline: Elapsed | None
) -> Elapsed | None:
    """When the state that was reached runs out of time. A stop that goes on gets no later one."""
    match run.state:
        case S.RUNNING:
            return None if job.timeout is None else now.elapsed + job.timeout
        case S.STOPPING | S.LINGERING:
            patience = job.process.stop.timeout if event.within is None else min(job.process.stop.timeout, event.within)
            fresh = now.elapsed + patience
            if before.state not in (S.STOPPING, S.LINGERING) or deadline is None:
                return fresh
            return min(fresh, deadline)
        case S.KILLING:
            return now.elapsed + KILL_AGAIN
        case S.ENDING if event.kind is H.END_FAILED:
            return now.elapsed + store_backoff(run.failures)
    return None
