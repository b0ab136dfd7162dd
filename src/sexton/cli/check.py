"""`sexton check [FILE…]`: every problem of a configuration at once, or its jobs and when they would run next.

Starts nothing, needs no daemon, reads no secret. The answer is 0 or 78 (EX_CONFIG).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sexton.cli import human
from sexton.cli.clean import clean
from sexton.cli.console import Console
from sexton.cli.formats import refuse_unknown_format
from sexton.cli.options import Arguments, Usage
from sexton.cli.table import Cell, Column, render
from sexton.config.load import load_plan
from sexton.core.firetimes import FireTimes
from sexton.model.errors import EXIT_CONFIG, EXIT_OK, ConfigError
from sexton.model.job import Job
from sexton.model.plan import Plan
from sexton.model.units import SECOND, Instant

USAGE = Usage(
    "sexton check [FILE...] [--json]",
    "Say everything that is wrong with a configuration, or when its jobs would run\n"
    "next. Starts nothing.\n"
    "Without a file: ./sexton.toml, then /etc/sexton/sexton.toml.\n"
    'JSON: {"ok", "problems": [{"file", "line", "message"}], "jobs", "warnings"}.',
    most=None,
)
_COLUMNS = (Column("JOB", least=8), Column("SCHEDULE", least=9), Column("ZONE", least=3), Column("NEXT"))


def execute(arguments: Arguments, console: Console) -> int:
    refuse_unknown_format(arguments)
    now = time.time_ns() // 1000
    try:
        plan = load_plan(arguments.operands, console.environ, for_run=False)
    except ConfigError as error:
        if not arguments.has("--json"):
            raise
        console.json(_refusal(error))
        return EXIT_CONFIG
    if arguments.has("--json"):
        console.json(_acceptance(plan, now))
    else:
        console.lines(report(plan, console, now))
    return EXIT_OK


def _refusal(error: ConfigError) -> dict[str, Any]:
    problems = [{"file": one.file, "line": one.line, "message": one.message} for one in error.problems]
    return {"ok": False, "problems": problems, "jobs": [], "warnings": []}


def _acceptance(plan: Plan, now: Instant) -> dict[str, Any]:
    jobs = [_job(job, now) for job in plan.jobs.values()]
    return {"ok": True, "problems": [], "jobs": jobs, "warnings": list(plan.warnings)}


def _job(job: Job, now: Instant) -> dict[str, Any]:
    return {
        "name": job.name,
        "schedule": list(job.schedule.texts) if job.schedule else [],
        "timezone": job.schedule.zone if job.schedule else None,
        "after": [after.job for after in job.after],
        "next": _next(job, now),
    }


def _next(job: Job, now: Instant) -> str | None:
    """The next fire time in ISO 8601, by a daemon that would start now; None for what no clock starts."""
    instant = FireTimes(job.schedule, now).after(now) if job.schedule else None
    if instant is None:
        return None
    return datetime.fromtimestamp(instant / SECOND, UTC).isoformat().replace("+00:00", "Z")


def report(plan: Plan, console: Console, now: Instant) -> Iterator[str]:
    """The verdict, the warnings, and a table of the jobs."""
    yield console.paint(clean(_verdict(plan)), "green")
    for warning in plan.warnings:
        yield console.paint(f"warning: {clean(warning)}", "yellow")
    if plan.jobs:
        yield ""
        yield from render(_COLUMNS, [_row(job, now) for job in plan.jobs.values()], console)


def _verdict(plan: Plan) -> str:
    count = len(plan.jobs)
    by_clock = sum(job.schedule is not None for job in plan.jobs.values())
    after = sum(bool(job.after) and job.schedule is None for job in plan.jobs.values())
    kinds = {"scheduled": by_clock, "after others": after, "on request": count - by_clock - after}
    said = ", ".join(f"{number} {kind}" for kind, number in kinds.items() if number)
    jobs = f"{count} job{'' if count == 1 else 's'}"
    return f"{', '.join(plan.files)}: ok: {jobs}{f' ({said})' if said else ''}"


def _row(job: Job, now: Instant) -> list[Cell]:
    rules = list(job.schedule.texts) if job.schedule else []
    if job.after:
        rules.append("after " + ", ".join(after.job for after in job.after))
    return [
        Cell(clean(job.name)),
        Cell(clean("; ".join(rules)) or "on request"),
        Cell(job.schedule.zone if job.schedule else ""),
        Cell(_when(job, now)),
    ]


def _when(job: Job, now: Instant) -> str:
    parts = ["at start"] if job.schedule and job.schedule.at_start else []
    upcoming = human.future(_next(job, now), now / SECOND)
    return ", ".join([*parts, upcoming] if upcoming else parts)
