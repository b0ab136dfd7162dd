"""Runs and jobs as the API shows them: from the ledger's rows, and from what is alive in memory."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Any

from sexton.core.slots import iso, iso_if_any, kind_of
from sexton.engine.services.entry import ServiceEntry
from sexton.engine.tables import JobEntry, RunEntry
from sexton.model.ledger import Attempt, Row
from sexton.model.run import Outcome
from sexton.model.signals import signal_name
from sexton.model.units import SECOND, Instant
from sexton.model.views import AttemptView, HandedView, JobView, ProgressView, RunView, ServiceView, StepView

if TYPE_CHECKING:
    from sexton.model.step import Handed, StepRecord


def row_view(row: Row) -> RunView:
    """A row of the ledger."""
    return RunView(
        id=row.id,
        job=row.job,
        slot=row.slot,
        kind=kind_of(row.slot),
        state="waiting" if row.state == "queued" and row.not_before is not None else row.state,
        attempt=row.attempt,
        next_attempt=iso_if_any(row.not_before) if row.state == "queued" else None,
        outcome=row.outcome,
        reason=row.reason,
        fire_time=iso_if_any(row.fire_time),
        last_fire_time=iso_if_any(row.last),
        count=row.number,
        created=iso(row.created),
        started=iso_if_any(row.started),
        ended=iso_if_any(row.ended),
        seconds=None if row.outcome is Outcome.LOST else _seconds(row.started, row.ended),
        exit_code=row.exit_code,
        signal=_signal(row.signal),
        cpu_seconds=None if row.cpu is None else row.cpu / SECOND,
        max_rss_bytes=row.max_rss,
        pid=None,
        log=row.log,
        log_bytes=row.log_bytes,
        log_lost_bytes=row.log_lost,
        tail=row.tail.splitlines(),
        env=sorted(row.env),
        step=None,
        steps=[],
    )


def live_view(entry: RunEntry, now: Instant) -> RunView:
    """A run in memory: as it is now, or as it ended a moment ago."""
    run, log, ended = entry.run, entry.log, entry.run.exit
    over = run.ended is not None
    return RunView(
        id=run.id,
        job=run.job,
        slot=run.slot,
        kind=kind_of(run.slot),
        state=run.state,
        attempt=run.attempt,
        next_attempt=iso_if_any(run.again),
        outcome=None if run.again is not None else run.outcome,
        reason=run.reason,
        fire_time=iso_if_any(run.fire_time),
        last_fire_time=None,
        count=1,
        created=iso(entry.created),
        started=iso_if_any(run.started),
        ended=iso_if_any(run.ended),
        seconds=_seconds(run.started, run.ended if over else now),
        exit_code=ended.code if ended else None,
        signal=_signal(ended.signal) if ended else None,
        cpu_seconds=ended.cpu / SECOND if ended else None,
        max_rss_bytes=ended.max_rss if ended else None,
        pid=None if over else run.pid or None,
        log=log.path if log else None,
        log_bytes=log.size if log else 0,
        log_lost_bytes=log.lost if log else 0,
        tail=log.tail().splitlines() if log and over else [],
        env=sorted(entry.wanted.env),
        step=_step(entry),
        steps=[] if entry.steps is None else step_views(entry.steps.all, now),
    )


def _step(entry: RunEntry) -> str | None:
    last = entry.steps.last if entry.steps is not None else None
    return None if last is None else last.name


def step_views(records: Sequence[StepRecord], now: Instant) -> list[StepView]:
    """The steps of a run."""
    return [_step_view(record, now) for record in records]


def _step_view(record: StepRecord, now: Instant) -> StepView:
    progress = record.progress
    return StepView(
        number=record.number,
        name=record.name,
        state=record.state,
        attempt=record.attempt,
        started=iso(record.started),
        ended=iso_if_any(record.ended),
        seconds=_seconds(record.started, now if record.ended is None else record.ended),
        exit_code=record.exit_code,
        signal=_signal(record.signal),
        reason=record.reason,
        counts=dict(record.counts),
        summaries=dict(record.summaries),
        progress=None
        if progress is None
        else ProgressView(done=progress.done, total=progress.total, unit=progress.unit),
        input=_handed(record.input),
        output=_handed(record.output),
    )


def _handed(handed: Handed | None) -> HandedView | None:
    return None if handed is None else HandedView(files=handed.files, bytes=handed.bytes, rows=handed.rows)


def attempt_views(earlier: Sequence[Attempt], run: RunView) -> list[AttemptView]:
    """The attempts of a run, oldest first: those that another one followed, and the last, which `run` speaks of."""
    found = [_attempt_view(attempt) for attempt in earlier]
    if run["attempt"] > len(found) and run["state"] not in ("queued", "waiting"):
        last: Any = {key: value for key, value in run.items() if key in AttemptView.__annotations__}
        found.append(last)
    return found


def _attempt_view(attempt: Attempt) -> AttemptView:
    return AttemptView(
        attempt=attempt.attempt,
        outcome=attempt.outcome,
        reason=attempt.reason,
        started=iso_if_any(attempt.started),
        ended=iso_if_any(attempt.ended),
        seconds=_seconds(attempt.started, attempt.ended),
        exit_code=attempt.exit_code,
        signal=_signal(attempt.signal),
        cpu_seconds=None if attempt.cpu is None else attempt.cpu / SECOND,
        max_rss_bytes=attempt.max_rss,
        log=attempt.log,
        log_bytes=attempt.log_bytes,
        log_lost_bytes=attempt.log_lost,
        tail=attempt.tail.splitlines(),
    )


def job_view(entry: JobEntry, now: Instant, off: Container[tuple[str, str]] = ()) -> JobView:
    """A job with what it is doing, did last, and will do next."""
    job = entry.job
    upcoming = entry.times.after(max(entry.watermark, now)) if entry.times else None
    return JobView(
        name=job.name,
        schedule=list(job.schedule.texts) if job.schedule else [],
        timezone=job.schedule.zone if job.schedule else None,
        after=[after.job for after in job.after],
        on=str(job.on) if job.on else None,
        pool=job.pool,
        command=_command(job.process.argv) if not job.steps else " → ".join(step.name for step in job.steps),
        state="running" if entry.going else "waiting" if entry.waiting else "idle",
        next=iso_if_any(upcoming),
        running=[live_view(run, now) for run in entry.going],
        last=entry.last,
        paused=("job", job.name) in off,
        late=iso_if_any(entry.late),
    )


def service_view(
    entry: ServiceEntry, now: Instant, off: Container[tuple[str, str]] = (), *, log: str, lost: int, settled: bool
) -> ServiceView:
    """A service as it stands. `log` is the path of its log, also before there is one, `lost` what that did not take."""
    service, standing = entry.service, entry.standing
    return ServiceView(
        name=service.name,
        group=service.group,
        state=standing.state,
        reason=standing.reason,
        pid=standing.pid or None,
        started=iso_if_any(standing.started),
        ended=iso_if_any(standing.ended),
        uptime_seconds=_seconds(standing.started, now) if standing.pid else None,
        exit_code=standing.exit.code if standing.exit else None,
        signal=_signal(standing.exit.signal) if standing.exit else None,
        command=_command(service.process.argv),
        depends_on=list(service.depends_on),
        autostart=service.autostart,
        enabled=("service", service.name) not in off,
        critical=service.critical,
        listener=entry.member.state if entry.member else None,
        log=log,
        log_lost_bytes=lost,
        settled=settled,
    )


def _seconds(start: Instant | None, end: Instant | None) -> float | None:
    return None if start is None or end is None else (end - start) / SECOND


def _signal(number: int | None) -> str | None:
    return None if number is None else signal_name(number)


def _command(argv: tuple[str, ...]) -> str:
    """The command as a person would type it."""
    import shlex

    return argv[2] if argv[:2] == ("/bin/sh", "-c") and len(argv) == 3 else shlex.join(argv)
