"""A service: a process that shall keep running. Its definition, and one service as it stands in memory.

How it moves from state to state is core/services.py's.
"""

from enum import StrEnum
from typing import NamedTuple

from sexton.model.process import Process
from sexton.model.run import Exit
from sexton.model.units import MINUTE, SECOND, Duration, Elapsed, Instant


class Restart(StrEnum):
    """Which exits are answered with a new process: all, those with no success code, or none."""

    ALWAYS = "always"
    UNEXPECTED = "unexpected"
    NEVER = "never"


class Backoff(NamedTuple):
    """Before the n-th new process in a row that did not live for `start_seconds`: delay × factor^(n-1) + step × (n-1),
    at most `limit`."""

    delay: Duration = SECOND
    factor: float = 2
    limit: Duration = 30 * SECOND
    step: Duration = 0


class Budget(NamedTuple):
    """No more than `restarts` new processes by themselves `within` a length of time."""

    restarts: int = 5
    within: Duration = MINUTE


class Service(NamedTuple):
    """One service of the plan. `depends_on` names those that must be running first; `budget` None is no limit;
    `listener` names the listener whose process it is: its output is the protocol then.

    With `start_retries` whatever ends before `start_seconds` is tried again so often, whatever `restart` says of it.
    Those of a lower `group_priority` start earlier, and stop when none of a higher one lives; within a group those of a
    lower `priority` start earlier."""

    name: str
    process: Process
    restart: Restart = Restart.ALWAYS
    backoff: Backoff = Backoff()
    budget: Budget | None = Budget()
    start_seconds: Duration = SECOND
    success_codes: frozenset[int] = frozenset({0})
    depends_on: tuple[str, ...] = ()
    group: str | None = None
    critical: bool = False
    autostart: bool = True
    start_retries: int | None = None
    listener: str | None = None
    priority: int = 999
    group_priority: int = 999


class ServiceState(StrEnum):
    """Where a service stands."""

    STOPPED = "stopped"
    WAITING = "waiting"  # shall run; a service that it depends on does not yet
    STARTING = "starting"  # its process lives, not yet for start_seconds
    RUNNING = "running"
    BACKOFF = "backoff"  # ended too soon; waits before the next process
    STOPPING = "stopping"  # stop signal sent; the process may take its time until the deadline
    LINGERING = "lingering"  # the process is gone, others of its group are not yet
    KILLING = "killing"  # KILL sent
    EXITED = "exited"  # ended by itself, and `restart` does not answer that
    FATAL = "fatal"  # its budget is spent


class ServiceHappening(StrEnum):
    """What can happen to a service. The first six are reported; the others are what an end is found to mean."""

    START = "start"  # a wish, and everything it depends on runs
    HOLD = "hold"  # a wish, but something it depends on does not run
    STOP = "stop"
    RESTART = "restart"
    ALIVE = "alive"  # the process was started
    DEADLINE = "deadline"  # the time that the state allows is over
    REPLACE = "replace"  # ended; a new process takes its place at once
    HELD = "held"  # as before, or its pause is over; but something it depends on does not run
    FELL = "fell"  # ended, or could not be started, before start_seconds
    SPENT = "spent"  # ended, and the budget does not allow a new process
    OVER = "over"  # ended, and `restart` does not answer it
    LEAVING = "leaving"  # ended when asked to; others of its group live
    GONE = "gone"  # nothing of it is left, as was asked
    AGAIN = "again"  # nothing of it is left, and a new process was asked for


class ServiceEffect(StrEnum):
    """What the engine has to do after a move, in this order."""

    SWEEP = "sweep"  # KILL every descendant that a stop has left
    SPAWN = "spawn"  # before anyone is told: nobody waits for a log line to be written
    SIGNAL_STOP = "signal_stop"
    KILL = "kill"
    TELL = "tell"  # those that wait for this state: dependants, shutdown, people


class ServiceEvent(NamedTuple):
    """A happening with what came with it. An end has `exit`; a failed start has `reason` and no `exit`."""

    kind: ServiceHappening
    pid: int = 0  # ALIVE
    exit: Exit | None = None
    reason: str = ""
    within: Duration | None = None  # STOP: no more than this for the stop, whatever the service allows


class Standing(NamedTuple):
    """One service in memory. `falls` counts processes in a row that did not live long enough; `replaced` are the
    times of the last new processes by themselves; `again`: start anew when the stop in progress is over; `before`: how
    the process before this one ended, where there was one; `last_end`: when a process of it ended last, whatever has
    been started since."""

    name: str
    state: ServiceState = ServiceState.STOPPED
    pid: int = 0
    started: Instant | None = None
    ended: Instant | None = None
    exit: Exit | None = None
    reason: str = ""
    falls: int = 0
    replaced: tuple[Elapsed, ...] = ()
    again: bool = False
    before: Exit | None = None
    last_end: Instant | None = None
