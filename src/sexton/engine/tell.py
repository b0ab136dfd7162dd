"""What Sexton says in its own log about runs: one sentence a fact, with the fields for those who read JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.core.durations import format_duration
from sexton.core.outcomes import SIGKILL, failure
from sexton.core.services import pause_before
from sexton.core.slots import iso
from sexton.engine.tables import JobEntry, RunEntry
from sexton.model.errors import SextonError
from sexton.model.ledger import Closed, Row
from sexton.model.run import Outcome
from sexton.model.service import ServiceState, Standing
from sexton.model.units import MILLISECOND, SECOND, Duration

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.ports import Logs


def rounded(length: Duration) -> str:
    """A length as a person reads it: `3ms`, `1.4s`, from a minute on whole seconds, `2m3s`."""
    if length < SECOND:
        return f"{length // MILLISECOND}ms"
    if length < 60 * SECOND:
        return f"{length // (100 * MILLISECOND) / 10:g}s"
    return format_duration(length // SECOND * SECOND)


def _run(entry: RunEntry) -> str:
    return f"{entry.run.job}: run {entry.run.id}"


def started(logs: Logs, entry: RunEntry) -> None:
    run = entry.run
    which = "" if run.attempt == 1 else f", attempt {run.attempt} of {entry.job.retry.attempts}"
    said = f"{_run(entry)} started{which}"
    logs.say("info", said, event="run_started", job=run.job, run=run.id, pid=run.pid, attempt=run.attempt)


def stopping(logs: Logs, entry: RunEntry) -> None:
    run = entry.run
    why = "its timeout is over" if run.asked is Outcome.TIMEOUT else run.reason
    logs.say("warning", f"{_run(entry)} is being stopped: {why}", event="run_stopping", job=run.job, run=run.id)


def ended(logs: Logs, entry: RunEntry) -> None:
    run = entry.run
    level = "info" if run.outcome is Outcome.SUCCEEDED else "warning"
    how = "was cancelled" if run.outcome is Outcome.CANCELLED else "timed out"
    if run.outcome in (Outcome.SUCCEEDED, Outcome.FAILED):
        how = str(run.outcome)
    took = "" if run.started is None or run.ended is None else f" after {rounded(run.ended - run.started)}"
    why = f": {run.reason}" if run.reason else ""
    lost = f"; {entry.log.lost} bytes of its output were not kept" if entry.log and entry.log.lost else ""
    fields = {"event": "run_ended", "job": run.job, "run": run.id, "outcome": run.outcome}
    logs.say(level, f"{_run(entry)} {how}{took}{why}{lost}", **fields)


def attempt_ended(logs: Logs, entry: RunEntry) -> None:
    """An attempt that another one follows."""
    run, attempts = entry.run, entry.job.retry.attempts
    how = "timed out" if run.outcome is Outcome.TIMEOUT else str(run.outcome)
    pause = 0 if run.again is None or run.ended is None else run.again - run.ended
    said = f"{_run(entry)}: attempt {run.attempt} of {attempts} {how}: {run.reason}; the next in {rounded(pause)}"
    logs.say("warning", said, event="attempt_ended", job=run.job, run=run.id, attempt=run.attempt, outcome=run.outcome)


def claim_failed(logs: Logs, entry: RunEntry, error: SextonError) -> None:
    job = entry.run.job
    logs.say("error", f"{job}: cannot claim {entry.run.slot}: {error}; it stays due", event="claim_failed", job=job)


def end_failed(logs: Logs, entry: RunEntry, error: SextonError) -> None:
    if entry.run.failures == 0:
        logs.say("error", f"{_run(entry)}: cannot record its end: {error}; trying again", event="end_failed")


def end_refused(logs: Logs, job: str, run_id: int) -> None:
    said = f"{job}: run {run_id}: its row was ended by someone else; this result is not kept"
    logs.say("error", said, event="end_refused", job=job, run=run_id)


def closed(logs: Logs, entry: JobEntry, row: Closed) -> None:
    job = entry.job.name
    first = iso(row.fire_time or 0)
    times = f"{row.number} fire times ({first} to {iso(row.last or 0)})" if row.number > 1 else first
    said = f"{job}: {row.outcome} {times}: {row.reason}"
    logs.say("warning", said, event=str(row.outcome), job=job, count=row.number)


def lost(logs: Logs, row: Row) -> None:
    logs.say("error", f"{row.job}: run {row.id} is lost: {LOST}", event="run_lost", job=row.job, run=row.id)


def service(logs: Logs, entry: ServiceEntry, standing: Standing) -> None:
    """What has become of a service, as it stood then."""
    name = entry.service.name
    lived = "" if standing.started is None or standing.ended is None else _after(standing.ended - standing.started)
    match standing.state:
        case ServiceState.STARTING if standing.reason:
            level = "info" if _expected(entry, standing) else "warning"
            said = f"{standing.reason}{lived}; starting it anew"
        case ServiceState.STARTING:
            level, said = "info", "starting"
        case ServiceState.RUNNING:
            level, said = "info", f"running, pid {standing.pid}"
        case ServiceState.WAITING:
            level, said = _waiting(standing, lived, ", ".join(entry.service.depends_on))
        case ServiceState.BACKOFF:
            pause = rounded(pause_before(entry.service.backoff, standing.falls))
            level, said = "warning", f"{standing.reason}{lived}; trying again in {pause}"
        case ServiceState.FATAL:
            spent = (
                "its budget of restarts is spent" if entry.service.start_retries is None else "so were all its retries"
            )
            level, said = "error", f"{standing.reason}{lived}; {spent}, it stays down"
        case ServiceState.EXITED:
            level, said = "info", f"ended{lived} ({standing.reason})"
        case ServiceState.STOPPED if standing.exit and standing.exit.signal == SIGKILL and not standing.reason:
            level, said = "warning", "stopped; it had to be killed"
        case ServiceState.STOPPED:
            level, said = "info", "stopped"
        case _:
            level, said = "info", "stopping"
    logs.say(level, f"{name}: {said}", event="service", service=name, state=standing.state, pid=standing.pid)


def _expected(entry: ServiceEntry, standing: Standing) -> bool:
    """Whether it ended by itself, and well."""
    ended = standing.exit
    return ended is not None and ended.code in entry.service.success_codes and standing.reason == failure(ended)


def _waiting(standing: Standing, lived: str, needed: str) -> tuple[str, str]:
    if standing.reason:
        return "warning", f"{standing.reason}{lived}; it starts anew when {needed} runs"
    return "info", f"waiting for {needed}"


def _after(length: Duration) -> str:
    return f" after {rounded(length)}"


LOST = "Sexton ended while it was going; how far it came is not known"
