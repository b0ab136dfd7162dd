"""`sexton status [NAME…]`: one line on the daemon and tables of all services and jobs, or the named ones in detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sexton.cli import describe, human
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import Failed
from sexton.cli.options import Arguments, Usage, did_you_mean
from sexton.cli.table import Cell, Column, render
from sexton.model.errors import EXIT_OK, Refused
from sexton.model.views import InfoView, JobView, ServiceView
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton status [NAME...] [--json]",
    "What every service and job does at present, how a job went last and when it is\n"
    "next; with the names of services, groups or jobs, these in detail.\n"
    'JSON: {"info": ..., "services": [...], "jobs": [...]}, as the API gives them.',
    most=None,
)
DETAIL_RUNS = 5
_COLUMNS = (
    Column("JOB", least=10),
    Column("STATE"),
    Column("LAST", least=24),
    Column("NEXT"),
    Column("SCHEDULE", least=9),
)


def execute(arguments: Arguments, console: Console) -> int:
    client = connect(arguments, console)
    info, all_services = client.get("/api/v1/info"), client.get("/api/v1/services")["services"]
    names = arguments.operands
    services = [one for one in all_services if not names or one["name"] in names or one["group"] in names]
    jobs = _named_jobs(client, names, all_services) if names else client.get("/api/v1/jobs")["jobs"]
    if arguments.has("--json"):
        console.json({"info": info, "services": services, "jobs": jobs})
        return EXIT_OK
    info, now = clean(info), human.seconds_of(info["now"])
    console.lines(header(info, console))
    if names:
        _show_details(clean(services), clean(jobs), clean(all_services), client, console, now)
    else:
        _show_tables(clean(services), clean(jobs), console, now)
    return EXIT_OK


def _named_jobs(client: Client, names: Sequence[str], services: Sequence[ServiceView]) -> list[Any]:
    """The jobs among `names`; Failed for what is neither a job nor a service or group."""
    steered = {name for service in services for name in (service["name"], service["group"]) if name is not None}
    jobs = []
    for name in names:
        try:
            jobs.append(client.get(f"/api/v1/jobs/{quote(name)}"))
        except Refused as error:
            if error.kind != "not_found":
                raise
            if name not in steered:
                raise Failed(f"there is no service or job '{name}'{did_you_mean(name, steered)}") from None
    return jobs


def _show_tables(services: Sequence[ServiceView], jobs: Sequence[JobView], console: Console, now: float) -> None:
    if services:
        from sexton.cli.services import table as table_of_services

        console.line()
        console.lines(table_of_services(services, console, now))
    if jobs or not services:
        console.line()
        console.lines(table(jobs, console, now))


def _show_details(
    services: Sequence[ServiceView],
    jobs: Sequence[JobView],
    everyone: Sequence[ServiceView],
    client: Client,
    console: Console,
    now: float,
) -> None:
    from sexton.cli.detail import detail
    from sexton.cli.services import detail as detail_of_service

    for service in services:
        console.line()
        console.lines(detail_of_service(service, everyone, console, now))
    for job in jobs:
        runs = client.get(f"/api/v1/runs?job={quote(job['name'])}&limit={DETAIL_RUNS}")["runs"]
        console.line()
        console.lines(detail(job, clean(runs), console, now))


def header(info: InfoView, console: Console) -> Iterator[str]:
    """The daemon in one line, and below it, loudly, what a person should not overlook."""
    parts = [
        console.paint(f"Sexton {info['version']}", "bold"),
        f"pid {info['pid']}",
        f"up {human.rough(info['uptime_seconds'])}",
        info["timezone"],
        *_counts(info),
    ]
    if info["waiting"]:
        parts.append(console.paint(f"{info['waiting']} waiting", "yellow"))
    yield "  ".join(parts)
    if info["draining"]:
        yield console.paint("DRAINING, no new run starts; lift it with: sexton drain --off", "bold")
    if info["hold"]:
        yield console.paint(f"ON HOLD, no scheduled run starts: {info['hold']}", "bold red")
    for warning in info["warnings"]:
        yield console.paint(f"warning: {warning}", "yellow")
    if info["relay_dropped_bytes"]:
        lost = human.size(info["relay_dropped_bytes"])
        yield console.paint(f"warning: {lost} of the jobs' output did not reach standard output", "yellow")


def table(jobs: Sequence[JobView], console: Console, now: float) -> Iterator[str]:
    """One line for each job, in the plan's order."""
    if not jobs:
        yield "The plan has no services and no jobs."
        return
    yield from render(_COLUMNS, [_row(job, now) for job in jobs], console)


def _row(job: JobView, now: float) -> list[Cell]:
    return [
        Cell(job["name"]),
        _state(job),
        _last(job, now),
        Cell(human.future(job["next"], now)),
        Cell(timing(job)),
    ]


def _state(job: JobView) -> Cell:
    style = describe.STYLES.get(job["state"], "dim")
    if not job["running"] and job["paused"]:
        return Cell("paused", "yellow")
    if not job["running"] and job["late"] is not None:
        return Cell("late", "red")
    if len(job["running"]) > 1:
        return Cell(f"{job['state']} x{len(job['running'])}", style)
    lasted = describe.took(job["running"][0]) if job["running"] else ""
    return Cell(f"{job['state']} {lasted}".rstrip(), style)


def _last(job: JobView, now: float) -> Cell:
    last = job["last"]
    if last is None:
        return Cell("never ran", "dim")
    lasted = describe.took(last)
    said = f"{describe.word(last)} {human.past(describe.begin(last), now)}"
    return Cell(f"{said}, {lasted}" if lasted else said, describe.style(last))


def timing(job: JobView) -> str:
    """What makes a job run: its schedule, the jobs that it follows, an event, or a person."""
    rules = list(job["schedule"])
    if job["after"]:
        rules.append(f"after {', '.join(job['after'])}")
    if job["on"]:
        rules.append(f"on {job['on']}")
    return "; ".join(rules) or "on request"


def _counts(info: InfoView) -> Iterator[str]:
    """`2 of 3 services up`, `2 jobs`, `1 running`; no word of jobs where there are but services."""
    if info["services"]:
        yield f"{info['services_running']} of {human.number(info['services'], 'service')} up"
    if info["jobs"] or not info["services"]:
        yield human.number(info["jobs"], "job")
        yield f"{info['running']} running"
