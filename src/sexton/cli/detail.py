"""One job in detail, for `sexton status JOB`: what it is, what it does now, and its last runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sexton.cli import describe, human
from sexton.cli.console import Console
from sexton.cli.runs import table
from sexton.model.views import JobView, RunView


def detail(job: JobView, runs: Sequence[RunView], console: Console, now: float) -> Iterator[str]:
    """The job's lines; `runs` are its last ones, newest first."""
    yield console.paint(job["name"], "bold")
    for name, text in _facts(job, console, now):
        if text:
            yield f"  {name:<10}{text}"
    if runs:
        yield ""
        yield from table(runs, console, now)


def _facts(job: JobView, console: Console, now: float) -> Iterator[tuple[str, str]]:
    yield "state", console.paint(job["state"], describe.STYLES.get(job["state"], ""))
    yield "paused", f"what falls due is skipped; go on with: sexton resume {job['name']}" if job["paused"] else ""
    for run in job["running"]:
        yield "running", _running(run, now)
    yield "command", job["command"]
    zone = f"  ({job['timezone']})" if job["timezone"] else ""
    yield "schedule", f"{'; '.join(job['schedule'])}{zone}" if job["schedule"] else ""
    yield "after", ", ".join(job["after"])
    yield "on", job["on"] or ""
    yield "late", f"no success in time since {human.clock(job['late'], now)}" if job["late"] else ""
    yield "next", _next(job, now)
    yield "last", _last(job, console, now)


def _running(run: RunView, now: float) -> str:
    parts = [f"run {run['id']}", describe.word(run)]
    if run["started"]:
        parts.append(f"since {human.clock(run['started'], now)} ({describe.took(run)})")
    if run["pid"]:
        parts.append(f"pid {run['pid']}")
    if step := describe.going(run["steps"]):
        parts.append(step)
    return ", ".join(parts)


def _next(job: JobView, now: float) -> str:
    if job["next"] is None:
        return ""
    soon, when = human.future(job["next"], now), human.clock(job["next"], now)
    return when if soon == when else f"{when} ({soon})"


def _last(job: JobView, console: Console, now: float) -> str:
    last = job["last"]
    if last is None:
        return "never ran"
    outcome = console.paint(describe.word(last), describe.style(last))
    parts = [f"{outcome} {human.past(describe.begin(last), now)}"]
    if last["started"]:
        parts.append(f"took {describe.took(last)}")
    why = describe.reason(last, now)
    return ", ".join([*parts, why] if why else parts)
