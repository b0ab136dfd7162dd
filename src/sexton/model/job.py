"""A job: the definition of finite work. Never one execution of it (model/run.py)."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sexton.model.process import Process
from sexton.model.run import Outcome
from sexton.model.schedule import Schedule
from sexton.model.service import ServiceState
from sexton.model.units import HOUR, MINUTE, SECOND, Duration

if TYPE_CHECKING:
    from sexton.model.step import Step


class Overlap(StrEnum):
    """What happens to a new run when the job's last one is still going."""

    SKIP = "skip"  # it is recorded as skipped
    QUEUE = "queue"  # it waits until that one is over
    ALLOW = "allow"  # it starts beside it
    REPLACE = "replace"  # that one is cancelled, then it starts


class CatchUp(StrEnum):
    """What happens to misfires: fire times found later than the job's grace."""

    NONE = "none"
    LAST = "last"
    ALL = "all"


class OnLost(StrEnum):
    """What happens to a run that a crash of Sexton cut off, or its stop."""

    REPORT = "report"  # its row says so, and that is all
    RERUN = "rerun"  # the same, and it runs again at the next start


class After(NamedTuple):
    """Run when a run of `job` ends in one of the outcomes `on`; of several, when all have for the same fire time."""

    job: str
    on: frozenset[Outcome]


class OnService(NamedTuple):
    """Run when `service`, or one of the group of that name, comes to be in `state`."""

    service: str
    state: ServiceState

    def __str__(self) -> str:
        return f"{self.service} {self.state}"


class OnFile(NamedTuple):
    """Run when a file appears in `folder` (absolute) whose name `pattern` matches (glob(7)): one that was written and
    closed, or moved there."""

    folder: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.folder.rstrip('/')}/{self.pattern}"


class Pool(NamedTuple):
    """Jobs that share something scarce: at most `slots` runs of all of them go at once."""

    slots: int


class Retry(NamedTuple):
    """How many `attempts` a run has in all, and the pause before the next: `delay`, multiplied by `factor` with each
    further one, at most `limit`."""

    attempts: int = 1
    delay: Duration = 30 * SECOND
    factor: float = 2.0
    limit: Duration = 10 * MINUTE


class Job(NamedTuple):
    """One job of the plan. `timeout` is that of each attempt, None means no limit; `after` and `schedule` may both be
    given, or neither; `mailto` and `mailfrom` are the addresses that a crontab gives. `critical`: when a run of it has
    failed for good, Sexton stops everything. `late_after`: how long after a fire time a success has to come. With
    `steps`, `process` is what conducts them."""

    name: str
    process: Process
    schedule: Schedule | None = None
    after: tuple[After, ...] = ()
    timeout: Duration | None = None
    overlap: Overlap = Overlap.SKIP
    success_codes: frozenset[int] = frozenset({0})
    grace: Duration = HOUR
    catch_up: CatchUp = CatchUp.LAST
    priority: int = 0
    retry: Retry = Retry()
    pool: str | None = None
    on_lost: OnLost = OnLost.REPORT
    critical: bool = False
    jitter: Duration = 0
    fail_on_stderr: bool = False
    late_after: Duration | None = None
    mailto: tuple[str, ...] = ()
    mailfrom: str | None = None
    on: OnService | OnFile | None = None
    steps: "tuple[Step, ...]" = ()
