"""A step: a named building block inside a job, and what became of it in one run."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from sexton.model.units import Duration, Instant

NO_COUNTS: Mapping[str, int] = MappingProxyType({})
NO_TEXTS: Mapping[str, str] = MappingProxyType({})


class Step(NamedTuple):
    """One step of a job. `kind` is the built-in one that it is, empty for a person's own command. `definition` is what
    its process is told, a JSON text in which `{"$secret": NAME}` stands for the value of one of `secrets`."""

    name: str
    kind: str
    definition: str
    timeout: Duration | None = None
    secrets: tuple[str, ...] = ()


class StepState(StrEnum):
    """Where a step stands; all but the first are how it ended, in the words of runs."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    LOST = "lost"


class Handed(NamedTuple):
    """What a manifest speaks of: how many files, bytes in all, and rows where all of them were counted."""

    files: int
    bytes: int
    rows: int | None = None


class Progress(NamedTuple):
    """So much of so much (None: not known) `unit`."""

    done: int
    total: int | None
    unit: str


class StepRecord(NamedTuple):
    """What is known of a step of a run: `number` counts the job's steps from 1, `attempt` is the run's attempt that
    last began it."""

    number: int
    name: str
    attempt: int
    started: Instant
    state: StepState = StepState.RUNNING
    ended: Instant | None = None
    exit_code: int | None = None
    signal: int | None = None
    reason: str = ""
    counts: Mapping[str, int] = NO_COUNTS
    summaries: Mapping[str, str] = NO_TEXTS
    progress: Progress | None = None
    input: Handed | None = None
    output: Handed | None = None
