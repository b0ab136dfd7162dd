"""What a step is told of the run that it is part of, and whom it tells how it goes."""

from datetime import datetime
from typing import NamedTuple, Protocol

from sexton.steps.manifest import Manifest


class Report(Protocol):
    """Who hears how a step goes: the daemon through the conductor, or a person at a terminal. Never blocks for long,
    and may be told as often as one likes: it passes on a few a second."""

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """So much of so much (None: not known) `unit`, such as "bytes", "rows" or "files"."""

    def count(self, **counts: int) -> None:
        """Add to the counts in the run's record, such as rows=10, flagged=2."""

    def summary(self, name: str, text: str) -> None:
        """A short text for the run's record under a name; the same name again replaces it."""


class Work(NamedTuple):
    """`input` is what the step before handed on, empty for the first. `folder` is the step's own, kept over the
    attempts of this run and deleted with it; `home` is the job's own, kept over runs: for ledgers. Both exist.
    `fire_time` is aware, in the job's zone. `fence` grows with each attempt of the job's runs: who has a greater one
    is right. `instance` is the state whose number `run` is; another Sexton has runs of the same numbers."""

    input: Manifest
    folder: str
    home: str
    fire_time: datetime
    report: Report
    job: str = ""
    run: str = ""
    attempt: int = 1
    fence: int = 0
    instance: str = ""
