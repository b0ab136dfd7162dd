"""A `[jobs.NAME]` table → a Job. Each is read alone; what joins jobs to each other is verify.py's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.config import later
from sexton.config.after import read_after
from sexton.config.process import PROCESS_KEYS, read_process
from sexton.config.schedules import SCHEDULE_KEYS, read_schedule
from sexton.config.table import Table
from sexton.config.values import Unfit, boolean, choice, duration, factor, found, name, whole
from sexton.model.job import CatchUp, Job, OnFile, OnLost, OnService, Overlap, Retry
from sexton.model.process import Process
from sexton.model.units import HOUR, Duration

if TYPE_CHECKING:
    from sexton.model.step import Step

_KEYS = (
    *PROCESS_KEYS,
    *SCHEDULE_KEYS,
    *("steps", "after", "on", "timeout", "overlap", "success_codes", "grace", "catch_up", "priority"),
    *("retry", "pool", "on_lost", "critical", "jitter", "fail_on_stderr", "late_after", "mailto", "mailfrom"),
    "notify",  # read together with everyone's: notify.py
)
_OF_FIRE_TIMES = ("timezone", "except", "dst_gap", "dst_overlap", "grace", "catch_up", "jitter")
_PRIORITY = 1_000_000_000  # either way
_ATTEMPTS = 1000  # of one run


def read_job(table: Table, timezone: str, *, for_run: bool) -> Job:
    """One job; its zone is `timezone` unless its table says otherwise."""
    table.only(_KEYS, later.JOB)
    _warn_of_fire_times(table)
    fail_on_stderr = table.read("fail_on_stderr", boolean, False)
    process = read_process(table, for_run=for_run)
    steps: tuple[Step, ...] = ()
    if "steps" in table:
        steps, process = _read_steps(table, process)
    if process.fed:
        table.problem("a run reads a text, and then the end; { open = true } is for services", "stdin")
    return Job(
        name=str(table.path[-1]),
        process=process._replace(errors_apart=True) if fail_on_stderr else process,
        schedule=read_schedule(table, timezone),
        after=read_after(table),
        on=_read_on(table, process.cwd),
        timeout=table.read("timeout", duration("30m"), None),
        overlap=table.read("overlap", choice(Overlap), Overlap.SKIP),
        success_codes=table.read("success_codes", exit_codes, frozenset({0})),
        grace=table.read("grace", duration("1h"), HOUR),
        catch_up=table.read("catch_up", choice(CatchUp), CatchUp.LAST),
        retry=read_retry(table, Retry()),
        pool=table.read("pool", name, None),
        on_lost=table.read("on_lost", choice(OnLost), OnLost.REPORT),
        critical=table.read("critical", boolean, False),
        jitter=table.read("jitter", duration("30s"), 0),
        fail_on_stderr=fail_on_stderr,
        late_after=_read_late_after(table),
        priority=table.read("priority", whole(-_PRIORITY, _PRIORITY, "a whole number such as 10"), 0),
        mailto=_read_mailto(table),
        mailfrom=_read_mailfrom(table),
        steps=steps,
    )


def _read_steps(table: Table, process: Process) -> tuple[tuple[Step, ...], Process]:
    from sexton.config.steps.read import read_steps

    return read_steps(table, process)


def _warn_of_fire_times(table: Table) -> None:
    """Keys that say how fire times are gone about mean nothing where there are none."""
    for key in _OF_FIRE_TIMES if "schedule" not in table else ():
        if key in table:
            table.warning("it is about fire times, and there is no `schedule`; give one, or leave it out", key)


def _read_on(table: Table, cwd: str | None) -> OnService | OnFile | None:
    if "on" not in table:
        return None
    from sexton.config.on import read_on

    return read_on(table, cwd)


def _read_mailto(table: Table) -> tuple[str, ...]:
    nobody: tuple[str, ...] = ()
    if "mailto" not in table:
        return nobody
    from sexton.config.sinks.convert import mailboxes

    return table.read("mailto", mailboxes, nobody)


def _read_mailfrom(table: Table) -> str | None:
    if "mailfrom" not in table:
        return None
    from sexton.config.sinks.convert import mailbox

    return table.read("mailfrom", mailbox, None)


def _read_late_after(table: Table) -> Duration | None:
    late_after = table.read("late_after", duration("2h"), None)
    if late_after is not None and "schedule" not in table:
        table.problem("it counts from fire times, and there is no `schedule`; give one, or leave it out", "late_after")
    return late_after


def read_retry(table: Table, default: Retry) -> Retry:
    """The key `retry`; what it leaves out is as in `default`."""
    retry = table.below("retry", 'a table such as { attempts = 3, delay = "30s", factor = 2, limit = "10m" }')
    if retry is None:
        return default
    retry.only(Retry._fields, {})
    if "attempts" not in retry and default.attempts == 1:
        retry.problem("`attempts` is missing; attempts = 3 lets a run be tried three times in all")
    return Retry(
        attempts=retry.read("attempts", whole(1, _ATTEMPTS, f"a number from 1 to {_ATTEMPTS}"), default.attempts),
        delay=retry.read("delay", duration("30s"), default.delay),
        factor=retry.read("factor", factor, default.factor),
        limit=retry.read("limit", duration("10m"), default.limit),
    )


def exit_codes(value: object) -> frozenset[int]:
    if not isinstance(value, list):
        raise Unfit(f"{found(value)}; a list of exit codes such as [0] is meant")
    if not value:
        raise Unfit("the list is empty, so no run could succeed; [0] is meant")
    return frozenset(map(whole(0, 255, "an exit code from 0 to 255"), value))
