"""A job: the definition of finite work, and of the process it runs in. Never one execution of it (model/run.py)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from sexton.model.run import Outcome
from sexton.model.schedule import Schedule
from sexton.model.units import HOUR, SECOND, Duration


class Overlap(StrEnum):
    """What happens to a fire time when the job's last run is still going."""

    SKIP = "skip"


class CatchUp(StrEnum):
    """What happens to misfires: fire times found later than the job's grace."""

    NONE = "none"
    LAST = "last"
    ALL = "all"


class Stop(NamedTuple):
    """How a process is asked to end: `signal` to its group, then KILL for every descendant after `timeout`."""

    signal: int = 15
    timeout: Duration = 10 * SECOND


class Process(NamedTuple):
    """What to start: an argument vector (never empty), the folder to start in, what to add to the environment."""

    argv: tuple[str, ...]
    cwd: str | None = None
    env: Mapping[str, str] = MappingProxyType({})
    stop: Stop = Stop()


class After(NamedTuple):
    """Run when a run of `job` ends in one of the outcomes `on`."""

    job: str
    on: frozenset[Outcome]


class Job(NamedTuple):
    """One job of the plan. `timeout` None means no limit; `after` and `schedule` may both be given, or neither."""

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
