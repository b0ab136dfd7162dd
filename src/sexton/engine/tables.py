"""The engine's tables: which jobs there are, what each of them wants, and which runs are alive.

Only the loop's thread touches them. Invariant: a run is in `World.runs` from the moment its claim is submitted until
its end is durable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.core.chain import followers, reactions
from sexton.core.due import Due
from sexton.core.schedules.firetimes import FireTimes
from sexton.engine.children import Children
from sexton.engine.store_watch import WatchedStore
from sexton.model.errors import SextonError, SpawnError
from sexton.model.job import Job
from sexton.model.ledger import NOTHING, End, Queued
from sexton.model.plan import Plan, Settings
from sexton.model.run import Run
from sexton.model.units import Duration, Elapsed, Instant
from sexton.model.views import RunView

if TYPE_CHECKING:
    from sexton.engine.listeners.listeners import Listeners
    from sexton.engine.notices.notices import Notices
    from sexton.engine.runs.step_reports import StepReports
    from sexton.model.ledger import Closed
    from sexton.model.process import Process
    from sexton.ports import Child, Logs, Loop, RunLog, Spawner, Store, Timer

MEMORY = ":memory:"
STOPPING = "Sexton is stopping and starts nothing more"


class Upstream(NamedTuple):
    """The run whose end called for this one."""

    job: str
    run_id: int
    outcome: str
    log: str | None


class Wanted(NamedTuple):
    """A run that shall start once its job is idle and there is room. Nothing of this attempt is claimed yet.

    `decided` hears what became of the claim: the run's entry, None when the slot was taken, or the store's error.
    `run_id` is that of its `queued` row, 0 when it has none.
    """

    job: JobEntry
    slot: str
    fire_time: Instant
    decided: Callable[[RunEntry | SextonError | None], None]
    watermark: Instant | None = None
    upstream: Upstream | None = None
    run_id: int = 0
    attempt: int = 1
    not_before: Instant | None = None
    env: Mapping[str, str] = NOTHING
    backfill: bool = False

    @property
    def queued(self) -> Queued:
        """As the ledger has it while it waits."""
        name = self.job.job.name
        return Queued(
            name,
            self.slot,
            self.fire_time,
            self.fire_time,
            self.attempt,
            self.not_before,
            env=self.env,
            backfill=self.backfill,
        )


class JobEntry:
    """One job as the engine knows it. What waits is in lists: few ever hold much, and an empty deque has 624 bytes."""

    __slots__ = (
        *("backlog", "contending", "going", "job", "last", "late", "late_timer", "lead", "owed", "pending"),
        *("resting", "timer", "times", "watermark"),
    )

    def __init__(self, job: Job, times: FireTimes | None) -> None:
        self.job = job
        self.times = times
        self.watermark: Instant = 0
        self.lead: Duration = 0  # by how much its fire times run ahead of the wall clock (core/schedules/lead.py)
        self.backlog: list[Due] = []  # fire times found due and not yet decided, oldest first
        self.pending: list[Wanted] = []  # runs that wait for this job or for room
        self.resting: dict[int, tuple[Wanted, Timer]] = {}  # runs that pause before their next attempt, by id
        self.contending = False  # whether the first of `pending` waits for room
        self.going: dict[RunEntry, None] = {}  # its runs in `World.runs`, oldest first
        self.timer: Timer | None = None  # the next fire time
        self.owed: Instant = 0  # since when a success is owed
        self.late: Instant | None = None  # the fire time for which none has come in time
        self.late_timer: Timer | None = None
        self.last: RunView | None = None  # the last run that really ran

    @property
    def busy(self) -> bool:
        """A run is going or waiting: what `overlap` looks at. Those of backfills count for nothing there: what comes
        in time waits for them, and goes before those that wait."""
        return (
            any(not run.wanted.backfill for run in self.going)
            or any(not wanted.backfill for wanted in self.pending)
            or self.rests
        )

    @property
    def rests(self) -> bool:
        """A run, of no backfill, pauses before its next attempt."""
        return any(not wanted.backfill for wanted, _ in self.resting.values())

    @property
    def oldest(self) -> RunEntry | None:
        """The run that has been going for longest."""
        return next(iter(self.going), None)

    @property
    def waiting(self) -> bool:
        """A run waits: for the one before it, for room, or for its next attempt."""
        return bool(self.pending) or bool(self.resting)


class RunEntry:
    """One run in memory, with what it holds of the world. `job` is the definition it was claimed under."""

    __slots__ = ("created", "deadline", "end", "entry", "job", "log", "renounced", "run", "steps", "timer", "wanted")

    def __init__(self, run: Run, wanted: Wanted, created: Instant) -> None:
        self.run = run
        self.wanted = wanted
        self.created = created
        self.entry = wanted.job
        self.job = wanted.job.job
        self.log: RunLog | None = None
        self.steps: StepReports | None = None  # of a job that has some
        self.deadline: Elapsed | None = None
        self.timer: Timer | None = None
        self.end: End | None = None  # made once, so that a repeated End is the same
        self.renounced = ""  # why no further attempt is wanted, whatever becomes of this one


class Identity(NamedTuple):
    """Who this Sexton is: `state_id` names its database, `incarnation` this start of it."""

    state_id: str
    incarnation: str
    started: Instant

    @property
    def mark(self) -> str:
        """What every process that we start carries in its environment."""
        return f"SEXTON_INSTANCE={self.state_id}"


class World:
    """Everything that the parts of the engine share."""

    def __init__(
        self,
        loop: Loop,
        store: Store,
        spawner: Spawner,
        logs: Logs,
        plan: Plan,
        identity: Identity,
        environ: Mapping[str, str],
    ) -> None:
        self.loop = loop
        self.store = WatchedStore(store, loop.clock)
        self.spawner = spawner
        self.logs = logs
        self.plan = plan
        self.identity = identity
        self.environ = environ
        self.steps_folder = steps_folder(plan.settings)  # where it stays when a reload names another state
        self.jobs = {job.name: JobEntry(job, _fire_times(job, identity.started)) for job in plan.jobs.values()}
        self.followers = followers(plan.jobs.values())
        self.reactions = reactions(plan.jobs.values())
        self.runs: set[RunEntry] = set()
        self.children = Children(spawner)
        self.by_id: dict[int, RunEntry] = {}
        self.tally: dict[tuple[str, str], int] = {}  # how many runs and fire times of (job, outcome) have ended
        self.starts: dict[str, int] = {}  # processes of each service
        self.succeeded: dict[str, Instant] = {}  # when a run of the job last did
        # by run: told when its log has grown or its state moved
        self.watchers: dict[int, list[Callable[[], None]]] = {}
        self.off: set[tuple[str, str]] = set()  # ("job", name) is paused, ("service", name) disabled
        self.image_started = identity.started  # when this image of Sexton began; later than the start after a reexec
        self.reexec_failed: str | None = None  # why the last one did not come about
        self.killed = False  # whether some process did not heed its stop signal
        self.hold: str | None = None  # why no fire time is decided at present
        self.listeners: Listeners | None = None  # when the plan has some
        self.notices: Notices | None = None  # when the plan has sinks
        self.draining = False  # whether a person wants no new run to start
        self.stopping = False  # whether Sexton is: then no process is started any more

    def now(self) -> Instant:
        """The wall clock's reading."""
        return self.loop.clock.now().wall

    def spawn(self, process: Process, env: Mapping[str, str]) -> Child:
        """The one door to new processes: closed for good once Sexton is stopping. Raises SpawnError."""
        if self.stopping:
            raise SpawnError(STOPPING)
        return self.spawner.spawn(process, env)

    def count(self, job: str, outcome: str, number: int = 1) -> None:
        """So many runs of the job, or fire times, have come to this."""
        self.tally[job, outcome] = self.tally.get((job, outcome), 0) + number

    def forget(self, job: str) -> None:
        """The job has gone from the plan, and what was counted of it."""
        self.tally = {key: count for key, count in self.tally.items() if key[0] != job}
        self.succeeded.pop(job, None)

    def told_of(self, row: Closed) -> Closed:
        """Fire times that passed, with what is told of them."""
        return row if self.notices is None else self.notices.with_closed(row)

    def conduct(
        self, process: Process, env: Mapping[str, str], order: Mapping[str, Any], secrets: Sequence[str]
    ) -> Child:
        """As `spawn`, for the conductor of a job's steps."""
        if self.stopping:
            raise SpawnError(STOPPING)
        return self.spawner.conduct(process, env, order, secrets)

    def is_paused(self, job: str) -> bool:
        """Whether a person lets pass what calls for the job."""
        return ("job", job) in self.off

    def wake(self, run_id: int) -> None:
        """Tell those who watch a run to look again."""
        for call in tuple(self.watchers.get(run_id, ())):
            call()


def steps_folder(settings: Settings) -> str:
    """Where the folders of all jobs' steps are: beside the state, or, where that is in memory, beside the socket."""
    beside = settings.socket if settings.state == MEMORY else settings.state
    return os.path.join(os.path.dirname(beside), "steps")


def _fire_times(job: Job, started: Instant) -> FireTimes | None:
    return None if job.schedule is None else FireTimes(job.schedule, started)
