"""A `[jobs.NAME]` table → a Job. Each is read alone; what joins jobs to each other is verify.py's."""

from sexton.config import later
from sexton.config.after import read_after
from sexton.config.process import PROCESS_KEYS, read_process
from sexton.config.table import Table
from sexton.config.values import Unfit, choice, duration, factor, found, name, names, whole
from sexton.config.zones import zone
from sexton.core.schedule import parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.job import CatchUp, Job, Overlap, Retry
from sexton.model.schedule import Schedule
from sexton.model.units import HOUR

_KEYS = (
    *PROCESS_KEYS,
    *("schedule", "timezone", "after", "timeout", "overlap", "success_codes", "grace", "catch_up", "priority"),
    *("retry", "mailto", "mailfrom"),
)
_PRIORITY = 1_000_000_000  # either way
_ATTEMPTS = 1000  # of one run


def read_job(table: Table, timezone: str, *, for_run: bool) -> Job:
    """One job; its zone is `timezone` unless its table says otherwise."""
    table.only(_KEYS, later.JOB)
    own_zone = table.read("timezone", zone, timezone)
    return Job(
        name=str(table.path[-1]),
        process=read_process(table, for_run=for_run),
        schedule=_read_schedule(table, own_zone),
        after=read_after(table),
        timeout=table.read("timeout", duration("30m"), None),
        overlap=table.read("overlap", choice(Overlap, later.OVERLAP), Overlap.SKIP),
        success_codes=table.read("success_codes", exit_codes, frozenset({0})),
        grace=table.read("grace", duration("1h"), HOUR),
        catch_up=table.read("catch_up", choice(CatchUp), CatchUp.LAST),
        retry=_read_retry(table),
        priority=table.read("priority", whole(-_PRIORITY, _PRIORITY, "a whole number such as 10"), 0),
        mailto=_read_mailto(table),
        mailfrom=table.read("mailfrom", name, None),
    )


def _read_mailto(table: Table) -> tuple[str, ...]:
    nobody: tuple[str, ...] = ()
    if "mailto" in table:
        line = table.places.line((*table.path, "mailto"))
        said = "mail is not in this version of Sexton: the address is kept, and output goes to the log alone"
        table.report.warning(table.file, line, said)
    return table.read("mailto", names('an address such as "ops@example.com", or a list of them,'), nobody)


def _read_schedule(table: Table, zone_name: str) -> Schedule | None:
    texts = table.read("schedule", names('a schedule such as "0 8 * * *", or a list of them,'), None)
    if texts is None:
        return None
    key = str(table.path[-1])
    wrong = [(index, error) for index, text in enumerate(texts) if (error := _why_no_schedule(text, zone_name, key))]
    for index, error in wrong:
        table.problem(error, "schedule", *([index] if isinstance(table.data["schedule"], list) else []))
    if wrong:
        return None
    try:
        return parse_schedule(texts, zone_name, key)
    except ScheduleError as error:  # what only all of them together can be wrong in
        table.problem(str(error), "schedule")
        return None


def _read_retry(table: Table) -> Retry:
    retry = table.below("retry", 'a table such as { attempts = 3, delay = "30s", factor = 2, limit = "10m" }')
    if retry is None:
        return Retry()
    retry.only(Retry._fields, {})
    if "attempts" not in retry:
        retry.problem("`attempts` is missing; attempts = 3 lets a run be tried three times in all")
    default = Retry()
    return Retry(
        attempts=retry.read("attempts", whole(1, _ATTEMPTS, f"a number from 1 to {_ATTEMPTS}"), default.attempts),
        delay=retry.read("delay", duration("30s"), default.delay),
        factor=retry.read("factor", factor, default.factor),
        limit=retry.read("limit", duration("10m"), default.limit),
    )


def _why_no_schedule(text: str, zone_name: str, key: str) -> str | None:
    try:
        parse_schedule([text], zone_name, key)
    except ScheduleError as error:
        return str(error)
    return None


def exit_codes(value: object) -> frozenset[int]:
    if not isinstance(value, list):
        raise Unfit(f"{found(value)}; a list of exit codes such as [0] is meant")
    if not value:
        raise Unfit("the list is empty, so no run could succeed; [0] is meant")
    return frozenset(map(whole(0, 255, "an exit code from 0 to 255"), value))
