"""What the API shows, as JSON: instants are ISO 8601 in UTC with `Z`, lengths are seconds as numbers, sizes bytes."""

from typing import TypedDict


class RunView(TypedDict):
    id: int
    job: str
    slot: str
    kind: str  # schedule, after, start, manual, rerun, event
    state: str  # queued, waiting, claiming, starting, running, stopping, lingering, killing, ending, ended
    attempt: int  # number of the attempt that goes on, ended last, or is waited for
    next_attempt: str | None  # when it begins at the earliest, while that is waited for
    outcome: str | None
    reason: str
    fire_time: str | None
    last_fire_time: str | None  # of a missed range
    count: int  # fire times that this row stands for: 1, more for a missed range
    created: str
    started: str | None
    ended: str | None
    seconds: float | None  # from start to end, or until now
    exit_code: int | None
    signal: str | None  # "SIGKILL"
    cpu_seconds: float | None
    max_rss_bytes: int | None
    pid: int | None
    log: str | None  # the file's path on the daemon's machine
    log_bytes: int
    log_lost_bytes: int
    tail: list[str]  # the last lines of the log, for ended runs
    env: list[str]  # the names of what a person added to its environment
    step: str | None  # of a run of steps: the one that goes on, or the last that did
    steps: list["StepView"]  # in lists of runs only of those that go


class HandedView(TypedDict):
    files: int
    bytes: int
    rows: int | None  # where all of the files' were counted


class ProgressView(TypedDict):
    done: int
    total: int | None  # where it is known
    unit: str


class StepView(TypedDict):
    number: int
    name: str
    state: str  # running, succeeded, failed, timeout, cancelled, lost
    attempt: int  # the attempt of the run that began it
    started: str
    ended: str | None
    seconds: float | None  # from start to end, or until now
    exit_code: int | None
    signal: str | None
    reason: str
    counts: dict[str, int]
    summaries: dict[str, str]
    progress: ProgressView | None
    input: HandedView | None  # what it was given
    output: HandedView | None  # what it handed on


class AttemptView(TypedDict):
    attempt: int
    outcome: str | None
    reason: str
    started: str | None
    ended: str | None
    seconds: float | None
    exit_code: int | None
    signal: str | None
    cpu_seconds: float | None
    max_rss_bytes: int | None
    log: str | None
    log_bytes: int
    log_lost_bytes: int
    tail: list[str]


class JobView(TypedDict):
    name: str
    schedule: list[str]
    timezone: str | None
    after: list[str]  # names of the jobs it runs after
    on: str | None  # the event that it runs on: a service and its state, or a file
    pool: str | None
    command: str
    state: str  # idle, waiting (due, but there is no room yet), running
    next: str | None
    running: list[RunView]
    last: RunView | None  # the last run that really ran
    paused: bool  # its fire times are recorded as skipped
    late: str | None  # the fire time for which no success has come in time


class DrainView(TypedDict):
    draining: bool  # no new run is started
    running: int  # runs that go


class PoolView(TypedDict):
    slots: int
    used: int  # runs of its jobs that go


class InfoView(TypedDict):
    version: str
    pid: int
    started: str
    image_started: str  # of the image that runs: later than `started` after a reexec
    reexec_failed: str | None  # why the last one did not come about
    uptime_seconds: float
    now: str
    timezone: str
    files: list[str]
    state: str  # the store's address
    log_dir: str
    socket: str
    http: str | None  # the address at which it answers over TCP
    jobs: int
    running: int
    waiting: int
    max_parallel: int
    pools: dict[str, PoolView]
    services: int
    services_running: int
    hold: str | None  # why no scheduled run starts at present
    draining: bool  # no new run is started, because a person wants it so
    relay_dropped_bytes: int
    warnings: list[str]


class ServiceView(TypedDict):
    name: str
    group: str | None
    state: str  # stopped, waiting, starting, running, backoff, stopping, lingering, killing, exited, fatal
    reason: str  # why it is not running, when it ended by itself
    pid: int | None
    started: str | None
    ended: str | None
    uptime_seconds: float | None  # of the process that lives
    exit_code: int | None  # of the last process
    signal: str | None
    command: str
    depends_on: list[str]
    autostart: bool
    enabled: bool  # false: a person wants it stopped, over restarts too
    critical: bool
    listener: str | None  # of a process of a listener: acknowledged, ready, busy or unknown
    log: str
    log_lost_bytes: int  # output of all its processes that its log did not take, since Sexton started
    settled: bool  # false while it starts or stops, or waits for its turn or for what is about to run


class ListenerProcessView(TypedDict):
    name: str  # of the service that it is
    state: str  # acknowledged, ready, busy or unknown
    since: str
    event: str | None  # the event that it has


class DeadLetterView(TypedDict):
    serial: int
    event: str
    payload: str  # its beginning, where it is long
    deliveries: int
    reason: str
    time: str


class ListenerView(TypedDict):
    name: str
    events: list[str]
    processes: list[ListenerProcessView]  # those that live
    buffered: int  # events that wait for a process
    buffer_size: int
    delivered: int  # events that were answered with OK
    failed: int  # deliveries that were not
    dropped: int  # events that a full buffer cost
    coalesced: int  # ticks that a newer one took the place of
    buried: int  # events given up
    trouble: str  # why the last process was ended, until an event is answered with OK again
    dead_letters: list[DeadLetterView]  # the last of the events given up, oldest first


class SinkView(TypedDict):
    name: str
    kind: str  # mail, webhook, ping, apprise, command
    state: str  # unused, ok, delivering, failing
    pending: int  # notices that wait for it
    delivered: int  # since the database was made
    given_up: int
    dropped: int  # starts and signs of life that it was not told in time, since Sexton started
    last_delivered: str | None
    failing_since: str | None  # while its last delivery failed
    error: str  # of that one


class TestView(TypedDict):
    sink: str
    delivered: bool
    error: str  # why not, or for whom not
    seconds: float
    note: str  # what was done, where that does not go without saying


class NoticeView(TypedDict):
    id: int
    sink: str
    state: str  # pending, delivered, given_up, dropped
    title: str
    outcome: str
    created: str
    not_before: str  # when it is tried next, at the earliest
    attempts: int
    error: str  # of the last attempt
    ended: str | None


class EventView(TypedDict):
    id: int  # grows by one with each event of this start
    time: str
    level: str  # info, warning, error
    event: str  # run_started, service, reloaded, …; message for what has no name of its own
    message: str
    about: dict[str, object]  # what it is about: job, run, service, pid, outcome, …
