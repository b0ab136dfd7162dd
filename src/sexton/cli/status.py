"""`sexton status [JOB…]`: one line on the daemon and a table of all jobs, or the named jobs in detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sexton.cli import describe, human
from sexton.cli.clean import clean
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.cli.table import Cell, Column, render
from sexton.model.errors import EXIT_OK
from sexton.model.views import InfoView, JobView

USAGE = Usage(
    "sexton status [JOB...] [--json]",
    "What every job does at present, how it went last and when it is next; with\n"
    "names, these jobs in detail.\n"
    'JSON: {"info": ..., "jobs": [...]}, as the API gives them.',
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
    view = {"info": client.get("/api/v1/info"), "jobs": _fetch_jobs(client, arguments.operands)}
    if arguments.has("--json"):
        console.json(view)
        return EXIT_OK
    info, jobs = clean(view["info"]), clean(view["jobs"])
    now = human.seconds_of(info["now"])
    console.lines(header(info, console))
    console.line()
    if arguments.operands:
        _show_details(jobs, client, console, now)
    else:
        console.lines(table(jobs, console, now))
    return EXIT_OK


def _fetch_jobs(client: Client, names: Sequence[str]) -> list[Any]:
    if names:
        return [client.get(f"/api/v1/jobs/{quote(name)}") for name in names]
    jobs: list[Any] = client.get("/api/v1/jobs")["jobs"]
    return jobs


def _show_details(jobs: Sequence[JobView], client: Client, console: Console, now: float) -> None:
    from sexton.cli.detail import detail

    for place, job in enumerate(jobs):
        runs = client.get(f"/api/v1/runs?job={quote(job['name'])}&limit={DETAIL_RUNS}")["runs"]
        if place:
            console.line()
        console.lines(detail(job, clean(runs), console, now))


def header(info: InfoView, console: Console) -> Iterator[str]:
    """The daemon in one line, and below it, loudly, what a person should not overlook."""
    parts = [
        console.paint(f"Sexton {info['version']}", "bold"),
        f"pid {info['pid']}",
        f"up {human.rough(info['uptime_seconds'])}",
        info["timezone"],
        _jobs(info["jobs"]),
        f"{info['running']} running",
    ]
    if info["waiting"]:
        parts.append(console.paint(f"{info['waiting']} waiting", "yellow"))
    yield "  ".join(parts)
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
        yield "The plan has no jobs."
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
    """What makes a job run: its schedule, the jobs that it follows, or a person."""
    rules = list(job["schedule"])
    if job["after"]:
        rules.append(f"after {', '.join(job['after'])}")
    return "; ".join(rules) or "on request"


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"
