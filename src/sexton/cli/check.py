"""`sexton check [FILE…]`: every problem of a configuration at once, or its services, and its jobs and when they run.

Starts nothing, needs no daemon, reads no secret. The answer is 0 or 78 (EX_CONFIG).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sexton.cli import human
from sexton.cli.console import Console
from sexton.cli.formats import refuse_unknown_format
from sexton.cli.options import Arguments, Usage
from sexton.cli.paragraph import paragraph
from sexton.cli.table import Cell, Column, render
from sexton.config.load import load_plan
from sexton.core.schedules.firetimes import FireTimes
from sexton.model.errors import EXIT_CONFIG, EXIT_OK, ConfigError
from sexton.model.job import Job
from sexton.model.plan import Plan
from sexton.model.service import Service
from sexton.model.units import SECOND, Instant
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton check [FILE...] [--json]",
    "Say everything that is wrong with a configuration, or what its services are and\n"
    "when its jobs would run next. Starts nothing.\n"
    "Without a file: ./sexton.toml, then /etc/sexton/sexton.toml.\n"
    'JSON: {"ok", "problems": [{"file", "line", "message"}], "services", "jobs",\n'
    '"warnings"}.',
    most=None,
)
_SERVICES = (Column("SERVICE", least=8), Column("STARTS", least=9), Column("RESTART"), Column(""))
_COLUMNS = (Column("JOB", least=8), Column("SCHEDULE", least=9), Column("ZONE", least=3), Column("NEXT"))


def execute(arguments: Arguments, console: Console) -> int:
    refuse_unknown_format(arguments)
    now = time.time_ns() // 1000
    try:
        plan = load_plan(arguments.operands, console.environ, for_run=False, form=arguments.text("--format"), now=now)
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
    return {"ok": False, "problems": problems, "services": [], "jobs": [], "warnings": []}


def _acceptance(plan: Plan, now: Instant) -> dict[str, Any]:
    jobs = [_job(job, now) for job in plan.jobs.values()]
    services = [_service(service) for service in plan.services.values()]
    return {"ok": True, "problems": [], "services": services, "jobs": jobs, "warnings": list(plan.warnings)}


def _service(service: Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "group": service.group,
        "restart": service.restart,
        "depends_on": list(service.depends_on),
        "autostart": service.autostart,
        "critical": service.critical,
    }


def _job(job: Job, now: Instant) -> dict[str, Any]:
    return {
        "name": job.name,
        "schedule": list(job.schedule.texts) if job.schedule else [],
        "timezone": job.schedule.zone if job.schedule else None,
        "after": [after.job for after in job.after],
        "on": str(job.on) if job.on else None,
        "steps": [step.name for step in job.steps],
        "next": _next(job, now),
    }


def _next(job: Job, now: Instant) -> str | None:
    """The next fire time in ISO 8601, by a daemon that would start now; None for what no clock starts."""
    instant = FireTimes(job.schedule, now).after(now) if job.schedule else None
    if instant is None:
        return None
    return datetime.fromtimestamp(instant / SECOND, UTC).isoformat().replace("+00:00", "Z")


def report(plan: Plan, console: Console, now: Instant) -> Iterator[str]:
    """The verdict, the warnings, and tables of the services and the jobs."""
    yield console.paint(clean(_verdict(plan)), "green")
    for warning in plan.warnings:
        yield from paragraph(clean(warning), console, first="warning: ", style="yellow")
    if plan.services:
        yield ""
        yield from render(_SERVICES, [_row_of_service(service) for service in plan.services.values()], console)
    if plan.jobs:
        yield ""
        yield from render(_COLUMNS, [_row(job, now) for job in plan.jobs.values()], console)


def _verdict(plan: Plan) -> str:
    count = len(plan.jobs)
    by_clock = sum(job.schedule is not None for job in plan.jobs.values())
    after = sum(bool(job.after) and job.schedule is None for job in plan.jobs.values())
    on = sum(job.on is not None and not job.after and job.schedule is None for job in plan.jobs.values())
    rest = count - by_clock - after - on
    kinds = {"scheduled": by_clock, "after others": after, "on events": on, "on request": rest}
    said = ", ".join(f"{number} {kind}" for kind, number in kinds.items() if number)
    parts = [human.number(len(plan.services), "service")] if plan.services else []
    if plan.jobs or not plan.services:
        parts.append(f"{human.number(count, 'job')}{f' ({said})' if said else ''}")
    if plan.sinks:
        parts.append(human.number(len(plan.sinks), "sink"))
    return f"{', '.join(plan.files)}: ok: {', '.join(parts)}"


def _row_of_service(service: Service) -> list[Cell]:
    begins = f"after {', '.join(service.depends_on)}" if service.depends_on else "at start"
    return [
        Cell(clean(service.name)),
        Cell(clean(begins) if service.autostart else "on request"),
        Cell(service.restart),
        Cell("critical" if service.critical else ""),
    ]


def _row(job: Job, now: Instant) -> list[Cell]:
    rules = list(job.schedule.texts) if job.schedule else []
    if job.after:
        rules.append("after " + ", ".join(after.job for after in job.after))
    if job.on:
        rules.append(f"on {job.on}")
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
