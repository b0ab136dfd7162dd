"""Warnings about schedules that are right and may surprise, each at the line of its schedule.

For `sexton check`: the daemon neither makes them nor loads this. What is doubtful is core/answers/lint.py's to say.
"""

from collections.abc import Mapping

from sexton.config.table import Table
from sexton.core.answers.lint import lint
from sexton.model.job import Job
from sexton.model.schedule import Schedule
from sexton.model.units import Instant


def advise(jobs: Mapping[str, Job], tables: Mapping[str, Table], now: Instant) -> None:
    """Warn in the tables of `jobs`; at `now`, for clock changes are told by their dates."""
    known: dict[Schedule, tuple[tuple[int | None, str], ...]] = {}  # many jobs are scheduled alike
    for name, job in jobs.items():
        if job.schedule is None:
            continue
        if job.schedule not in known:
            known[job.schedule] = tuple(lint(job.schedule, now))
        table = tables[name]
        listed = isinstance(table.data.get("schedule"), list)
        for place, warning in known[job.schedule]:
            table.warning(warning, "schedule", *([place] if listed and place is not None else []))
