"""Warnings about expressions that have no fire time any more, as their years are over; each at its line.

Said by `sexton check`, and by the daemon when it reads its plan. Refuses nothing: a plan that was right when it was
written must start again in a later year. Only a rule with years can end, so no other is asked.
"""

from collections.abc import Iterator, Mapping

from sexton.config.table import Table
from sexton.model.job import Job
from sexton.model.schedule import FIRST_YEAR, Cron, Schedule
from sexton.model.units import Instant


def warn_of_ended(jobs: Mapping[str, Job], tables: Mapping[str, Table], now: Instant) -> None:
    """Warn in the tables of those `jobs` that have, at `now`, an expression without any fire time to come."""
    for name, job in jobs.items():
        for place, warning in _ended(job.schedule, now) if job.schedule else ():
            listed = isinstance(tables[name].data.get("schedule"), list)
            tables[name].warning(warning, "schedule", *([place] if listed else []))


def _ended(schedule: Schedule, now: Instant) -> Iterator[tuple[int, str]]:
    """The place of each such expression among the schedule's, and the warning."""
    for place, (text, rule) in enumerate(zip(schedule.texts, schedule.rules, strict=True)):
        if isinstance(rule, Cron) and rule.days.years:
            from sexton.core.schedules.firetimes import FireTimes

            if FireTimes(schedule._replace(rules=(rule,)), now).after(now) is None:
                last = FIRST_YEAR + rule.days.years.bit_length() - 1
                said = f"it has no fire time any more: the last year of {text!r} is {last}"
                yield place, f"{said}; write a later one, or leave it out"
