"""What each route is for, and what it answers: one row per handler of the router's tables.

The shapes are the types that the engine makes its views of; those that only an answer has are here. Loaded by
openapi.py alone. Invariant: a handler without a row has no description, which is a defect that a test finds.
"""

from collections.abc import Callable, Mapping
from enum import EnumType
from typing import Any, NamedTuple, NotRequired, TypedDict

from sexton.api.answers import STATUS
from sexton.api.resources import (
    drain,
    events,
    health,
    info,
    jobs,
    listeners,
    log,
    metrics,
    notices,
    plan,
    probes,
    reexec,
    reload,
    runs,
    services,
)
from sexton.model.ahead import PlanView, WhyView
from sexton.model.health import Level
from sexton.model.listener import ListenerState
from sexton.model.notice import SinkKind
from sexton.model.run import Outcome, RunState
from sexton.model.service import ServiceState
from sexton.model.views import (
    AttemptView,
    DrainView,
    EventView,
    InfoView,
    JobView,
    ListenerView,
    NoticeView,
    RunView,
    ServiceView,
    SinkView,
    TestView,
)

JSON, TEXT, HEALTH, EVENTS = "application/json", "text/plain", "application/health+json", "text/event-stream"


class Jobs(TypedDict):
    jobs: list[JobView]


class Runs(TypedDict):
    runs: list[RunView]


class TheRun(TypedDict):
    run: RunView


class Backfilled(TypedDict):
    run: NotRequired[RunView]
    slot: NotRequired[str]


class TheAttempts(TypedDict):
    attempts: list[AttemptView]


class Services(TypedDict):
    services: list[ServiceView]


class Listeners(TypedDict):
    listeners: list[ListenerView]


class Sinks(TypedDict):
    sinks: list[SinkView]


class Notices(TypedDict):
    notices: list[NoticeView]


class Changed(TypedDict):
    notices: int


class Events(TypedDict):
    events: list[EventView]


class Message(TypedDict):
    message: str


class ErrorView(TypedDict):
    kind: str
    message: str


class Error(TypedDict):
    error: ErrorView


class CheckView(TypedDict):
    componentType: str
    status: str
    output: NotRequired[str]
    time: NotRequired[str]


class HealthView(TypedDict):
    status: str
    releaseId: str
    description: str
    checks: dict[str, list[CheckView]]


class Operation(NamedTuple):
    """`answers` are the bodies by media type; `statuses` those of the bodies, any other is an Error."""

    summary: str
    answers: Mapping[str, Any]
    statuses: tuple[int, ...] = (200,)


_WORD = {TEXT: str}
_SETTLED = "answers with the services meant, once they have settled or after 30 s"

OPERATIONS: Mapping[Callable[..., None], Operation] = {
    info.show: Operation("The daemon", {JSON: InfoView}),
    info.openapi: Operation("This description", {JSON: dict[str, object]}),
    jobs.index: Operation("All jobs, in the order of the configuration", {JSON: Jobs}),
    jobs.show: Operation("A job", {JSON: JobView}),
    jobs.why: Operation("Why a job ran, or did not, at a time", {JSON: WhyView}),
    jobs.trigger: Operation("Run a job now", {JSON: TheRun}, (202,)),
    jobs.backfill: Operation(
        "Run a job for a past fire time, behind what comes in time", {JSON: Backfilled}, (200, 202)
    ),
    jobs.pause: Operation("Let a job's fire times pass, over restarts too", {JSON: JobView}),
    jobs.resume: Operation("Heed a job's fire times again", {JSON: JobView}),
    services.index: Operation("All services, in the order of the configuration", {JSON: Services}),
    services.show: Operation("A service", {JSON: ServiceView}),
    services.log: Operation("What a service wrote, byte for byte", _WORD),
    services.start: Operation(f"Start a service or group; {_SETTLED}", {JSON: Services}),
    services.stop: Operation(f"Stop a service or group; {_SETTLED}", {JSON: Services}),
    services.restart: Operation(f"Restart a service or group; {_SETTLED}", {JSON: Services}),
    services.enable: Operation("Want a service to run again, and start it", {JSON: ServiceView}),
    services.disable: Operation("Stop a service and want it so, over restarts too", {JSON: ServiceView}),
    services.signal: Operation("Send a signal to a service or group", {JSON: Services}),
    events.index: Operation("What Sexton has said of itself of late", {JSON: Events, EVENTS: str}),
    drain.post: Operation("Start no new run, or start them again; with `wait` when none is going", {JSON: DrainView}),
    notices.sinks: Operation("Where notices go, and how that does", {JSON: Sinks}),
    notices.test: Operation("Send a sink a test notice, and answer once it has answered", {JSON: TestView}),
    notices.index: Operation("Notices, newest first", {JSON: Notices}),
    notices.retry: Operation("Try a notice now, or `all` that wait", {JSON: Changed}),
    notices.drop: Operation("Give a notice up, or `all` that wait", {JSON: Changed}),
    listeners.index: Operation("Listeners, and the events that they were not told", {JSON: Listeners}),
    reload.post: Operation("Read the configuration again: all of it holds then, or nothing", {JSON: Message}),
    reexec.post: Operation("Go on as the Sexton that is installed now, in this process", {JSON: Message}, (202,)),
    plan.show: Operation("What would fire when", {JSON: PlanView}),
    runs.index: Operation("Runs, newest first", {JSON: Runs}),
    runs.show: Operation("A run", {JSON: RunView}),
    runs.attempts: Operation("The attempts of a run, oldest first", {JSON: TheAttempts}),
    runs.cancel: Operation("Stop a run", {JSON: TheRun}, (202,)),
    log.show: Operation("What a run wrote, byte for byte", _WORD),
    probes.livez: Operation("Whether the loop turns", _WORD),
    probes.readyz: Operation("Whether Sexton does its work", _WORD, (200, 503)),
    probes.healthz: Operation("Whether all is well", _WORD, (200, 503)),
    metrics.show: Operation("What is measured, for Prometheus", _WORD),
    health.show: Operation("How well each part is", {HEALTH: HealthView}, (200, 503)),
}

WORDS: Mapping[tuple[str, str], EnumType | tuple[str, ...]] = {
    ("RunView", "kind"): ("schedule", "after", "start", "manual", "rerun", "event"),
    ("RunView", "state"): ("queued", "claimed", *RunState),
    ("RunView", "outcome"): Outcome,
    ("AttemptView", "outcome"): Outcome,
    ("JobView", "state"): ("idle", "waiting", "running"),
    ("ServiceView", "state"): ServiceState,
    ("ServiceView", "listener"): ListenerState,
    ("ListenerProcessView", "state"): ListenerState,
    ("SinkView", "kind"): SinkKind,
    ("SinkView", "state"): ("unused", "ok", "delivering", "failing"),
    ("NoticeView", "state"): notices.STATES,
    ("EventView", "level"): ("info", "warning", "error"),
    ("ErrorView", "kind"): tuple(STATUS),
    ("HealthView", "status"): Level,
    ("CheckView", "status"): Level,
}


class Parameter(NamedTuple):
    summary: str
    schema: Mapping[str, Any]
    required: bool = False


_FLAG = {"type": "string", "enum": ["0", "1"], "default": "0"}
_NAMES = {"type": "string"}
_MOMENT = Parameter("A date, or a date and time; from now on for a day unless told", _NAMES)

PARAMETERS: Mapping[str, Parameter] = {
    "after": Parameter("Only events with a greater number", {"type": "integer", "minimum": 0}),
    "at": Parameter("The time in question, in the job's zone unless it has an offset", _NAMES, required=True),
    "attempt": Parameter("The log of this attempt, not with `follow`", {"type": "integer", "minimum": 1}),
    "before": Parameter("Only runs with a smaller number", {"type": "integer", "minimum": 1}),
    "dry_run": Parameter("1: say only which slot the run would have", _FLAG),
    "end": _MOMENT,
    "env": Parameter("What to add to the environment, as a JSON object of texts", _NAMES),
    "exclude": Parameter("Leave these checks out, with commas between them", _NAMES),
    "fire_time": Parameter("The run stands for it, not for now; in the job's zone unless it has an offset", _NAMES),
    "follow": Parameter("1: go on as more comes", _FLAG),
    "from": Parameter("The place at which a log begins, instead of `tail`: of the header Sexton-Log-Place", _NAMES),
    "job": Parameter("Only runs, or fire times, of this job", _NAMES),
    "limit": Parameter("How many at most", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}),
    "off": Parameter("1: start runs again", _FLAG),
    "outcome": Parameter("Only these outcomes, with commas between them", _NAMES),
    "start": _MOMENT,
    "reprocess": Parameter(
        "Also fire times that have a run: that did not succeed, or any",
        {"type": "string", "enum": list(jobs.REPROCESS), "default": "none"},
    ),
    "signal": Parameter("HUP, SIGHUP or 1", _NAMES, required=True),
    "state": Parameter("Only these states, with commas between them", _NAMES),
    "tail": Parameter("Only the last lines", {"type": "integer", "minimum": 0, "maximum": log.MOST_LINES}),
    "verbose": Parameter("Name each check", _NAMES),
    "wait": Parameter("1: answer when it has ended or settled, or after 30 s", _FLAG),
}
