"""The life of a service as a table: state × happening → next state and effects, every cell filled.

An end is first found to mean something (`_meaning`: was it asked for, too soon, answered by `restart`, within the
budget?), then looked up. `decide_service` is the interpreter; nothing here knows a clock. Invariant: a service that
shall run is in a state that has an event to come: a process that lives, a deadline, or a dependency.
"""

from typing import NamedTuple

from sexton.core.backoff import growing
from sexton.core.grid import read_grid
from sexton.core.outcomes import failure
from sexton.model.process import Reach
from sexton.model.run import Exit
from sexton.model.service import Backoff, Restart, Service, ServiceEffect, ServiceEvent, ServiceState, Standing
from sexton.model.service import ServiceHappening as Happening
from sexton.model.units import SECOND, Duration, Elapsed, Moment

KILL_AGAIN: Duration = SECOND  # between two KILLs, for what was forked in between

S, H, E = ServiceState, Happening, ServiceEffect


class Move(NamedTuple):
    """One cell: where the service goes (None: it stays as it is) and what has to be done."""

    to: ServiceState | None
    effects: tuple[ServiceEffect, ...] = ()


STALE = Move(None)  # "." changes nothing: a wish that is fulfilled, a deadline of the state before
NEVER = Move(None)  # "!" cannot happen; the engine reports it as a defect of its own

MOVES = {
    "spawn": Move(S.STARTING, (E.SPAWN, E.TELL)),
    "wait": Move(S.WAITING, (E.TELL,)),
    "live": Move(S.STARTING),
    "run": Move(S.RUNNING, (E.TELL,)),
    "stop": Move(S.STOPPING, (E.SIGNAL_STOP, E.TELL)),
    "hurry": Move(S.STOPPING),
    "linger": Move(S.LINGERING),
    "kill": Move(S.KILLING, (E.KILL,)),
    "pause": Move(S.BACKOFF, (E.TELL,)),
    "renew": Move(S.STARTING, (E.SWEEP, E.SPAWN, E.TELL)),
    "finish": Move(S.EXITED, (E.TELL,)),
    "fail": Move(S.FATAL, (E.TELL,)),
    "rest": Move(S.STOPPED, (E.TELL,)),
    "clear": Move(S.STOPPED, (E.SWEEP, E.TELL)),
    ".": STALE,
    "!": NEVER,
}

GRID = """
          stopped  waiting  starting  running  backoff  stopping  lingering  killing  exited  fatal
start     spawn    spawn    .         .        spawn    hurry     linger     kill     spawn   spawn
hold      wait     .        .         .        wait     hurry     linger     kill     wait    wait
stop      .        rest     stop      stop     rest     hurry     linger     kill     rest    rest
restart   spawn    .        stop      stop     spawn    hurry     linger     kill     spawn   spawn
alive     !        !        live      !        !        !         !          !        !       !
deadline  .        .        run       .        spawn    kill      .          kill     .       .
replace   !        !        !         spawn    !        !         !          !        !       !
held      !        !         !         wait     wait     !         !          !        !       !
fell      !        !        pause     !        !        !         !          !        !       !
spent     !        !        fail      fail     !        !         !          !        !       !
over      !        !        finish    finish   !        !         !          !        !       !
leaving   !        !        !         !        !        linger    !          !        !       !
gone      .        .        .         .        .        clear     clear      clear    .       .
again     !        !        !         !        !        renew     renew      renew    !       !
"""

TABLE = read_grid(GRID, ServiceState, Happening, MOVES)

# What comes of a happening once nothing may start any more (None: nothing), in any state or in one alone.
CLOSING: dict[Happening | tuple[ServiceState, Happening], Happening | None] = {
    H.START: None,
    H.HOLD: None,
    H.RESTART: None,
    (S.BACKOFF, H.DEADLINE): H.STOP,
    (S.BACKOFF, H.HELD): H.STOP,
    H.REPLACE: H.OVER,
    H.HELD: H.OVER,
    H.FELL: H.OVER,
    H.SPENT: H.OVER,
    H.AGAIN: H.GONE,
}


def decide_service(
    standing: Standing, service: Service, event: ServiceEvent, now: Moment, deadline: Elapsed | None = None
) -> tuple[Standing, tuple[ServiceEffect, ...], Elapsed | None]:
    """Move a service by `event`: how it stands then, what has to be done, and its next deadline (None: none).

    `deadline` is the one in force; a cell that moves nothing keeps it. The caller performs the effects in order.
    """
    cell = TABLE[standing.state, event.kind]
    if cell.to is None:
        return standing, (), deadline
    moved = _noted(standing, service, event, now)._replace(state=cell.to)
    return moved, cell.effects, _deadline(standing, moved, service, event, now, deadline)


def while_closing(state: ServiceState, event: ServiceEvent) -> ServiceEvent | None:
    """What is left of an event while everything is being stopped: a service is on its way to rest, and stays on it."""
    kind = CLOSING.get((state, event.kind), CLOSING.get(event.kind, event.kind))
    return None if kind is None else event._replace(kind=kind)


def meaning_of_end(standing: Standing, service: Service, ended: Exit | None, leaving: bool, now: Moment) -> Happening:
    """What it means that the process ended (`ended` None: that it could not be started), `leaving` others behind."""
    if standing.state in (S.STOPPING, S.LINGERING, S.KILLING):
        if leaving and standing.state is S.STOPPING and service.process.stop.reach is Reach.GROUP:
            return H.LEAVING
        return H.AGAIN if standing.again else H.GONE
    if service.start_retries is not None and standing.state is S.STARTING:
        return H.SPENT if standing.falls >= service.start_retries else H.FELL
    if not _answered(service, ended):
        return H.OVER
    if service.budget and len(_recent(standing, service, now)) >= service.budget.restarts:
        return H.SPENT
    return H.REPLACE if standing.state is S.RUNNING else H.FELL


def after_lingering(standing: Standing) -> Happening:
    """What it means that the last of a stopped service's group is gone, or may live no longer."""
    return H.AGAIN if standing.again else H.GONE


def exit_code(standing: Standing) -> int:
    """What Sexton exits with when a critical service has ended for good: its code, 128 + its signal; 1 where there
    was none, or it was 0 although the service is FATAL."""
    if standing.exit is None:
        return 1
    if standing.exit.signal is not None:
        return 128 + standing.exit.signal
    return standing.exit.code or (1 if standing.state is S.FATAL else 0)


def pause_before(backoff: Backoff, falls: int) -> Duration:
    """The delay before the next process, after `falls` in a row that did not live long enough."""
    return min(growing(backoff.delay, backoff.factor, backoff.limit, falls) + backoff.step * (falls - 1), backoff.limit)


def _answered(service: Service, ended: Exit | None) -> bool:
    """Whether `restart` answers this end with a new process."""
    if ended is None or service.restart is Restart.ALWAYS:
        return True
    if service.restart is Restart.NEVER:
        return False
    return ended.code is None or ended.code not in service.success_codes


def _recent(standing: Standing, service: Service, now: Moment) -> tuple[Elapsed, ...]:
    """The times of new processes by themselves that the budget still counts."""
    if service.budget is None:
        return ()
    return tuple(at for at in standing.replaced if at > now.elapsed - service.budget.within)


def _noted(standing: Standing, service: Service, event: ServiceEvent, now: Moment) -> Standing:
    """The standing with what the event brought written into it."""
    match event.kind:
        case H.START if standing.state is S.WAITING:
            return standing._replace(reason="")  # what it waited for runs: no new wish, so no new budget
        case H.START | H.HOLD | H.RESTART:
            stopping = standing.state in (S.STOPPING, S.LINGERING, S.KILLING)
            lives = standing.state in (S.STARTING, S.RUNNING)
            again = stopping or (lives and event.kind is H.RESTART)
            return standing._replace(again=again, falls=0, replaced=(), reason="")
        case H.STOP:
            return standing._replace(again=False)
        case H.ALIVE:
            before = standing.exit or standing.before
            return standing._replace(pid=event.pid, started=now.wall, ended=None, exit=None, reason="", before=before)
        case H.DEADLINE if standing.state is S.STARTING:
            return standing._replace(falls=0)
        case H.DEADLINE if standing.state is S.BACKOFF:
            return standing._replace(reason="")
        case H.LEAVING:
            return standing._replace(exit=event.exit, last_end=now.wall)
        case H.HELD if standing.state is S.BACKOFF:
            return standing
        case H.REPLACE | H.HELD | H.FELL | H.SPENT | H.OVER | H.GONE | H.AGAIN:
            return _ended(standing, service, event, now)
    return standing


def _ended(standing: Standing, service: Service, event: ServiceEvent, now: Moment) -> Standing:
    by_stop = event.kind in (H.GONE, H.AGAIN)
    ended = event.exit or (standing.exit if by_stop else None)  # whose start failed has not ended
    before = standing.before if event.exit or by_stop else standing.exit or standing.before
    reason = event.reason or (failure(ended) if ended and not by_stop else "")
    fallen = standing.falls + (event.kind is H.FELL)
    replaced = standing.replaced
    if event.kind in (H.REPLACE, H.HELD, H.FELL):
        replaced = (*_recent(standing, service, now), now.elapsed)
    again = standing.again and event.kind is not H.AGAIN
    last_end = now.wall if event.exit else standing.last_end
    moved = standing._replace(pid=0, ended=now.wall, exit=ended, reason=reason, before=before, last_end=last_end)
    return moved._replace(falls=fallen, replaced=replaced, again=again)


def _deadline(
    before: Standing, moved: Standing, service: Service, event: ServiceEvent, now: Moment, deadline: Elapsed | None
) -> Elapsed | None:
    """When the state that was reached runs out of time. A stop that goes on gets no later one."""
    stop = service.process.stop
    match moved.state:
        case S.STARTING if event.kind is H.ALIVE:
            return now.elapsed + service.start_seconds
        case S.BACKOFF:
            return now.elapsed + pause_before(service.backoff, moved.falls)
        case S.STOPPING | S.LINGERING:
            fresh = now.elapsed + (stop.timeout if event.within is None else min(stop.timeout, event.within))
            going = before.state in (S.STOPPING, S.LINGERING) and deadline is not None
            return min(fresh, deadline) if going and deadline is not None else fresh
        case S.KILLING:
            return now.elapsed + KILL_AGAIN
    return None
