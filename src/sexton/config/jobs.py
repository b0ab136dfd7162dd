"""The `[jobs.NAME]` tables of all files → Jobs, by name and in the order in which they were written.

Each table is read alone; what joins jobs to each other is verify.py's.
"""

import re
from collections.abc import Iterator, Sequence

from sexton.config import later
from sexton.config.after import read_after
from sexton.config.process import PROCESS_KEYS, read_process
from sexton.config.table import Table
from sexton.config.values import Unfit, choice, duration, found, names, shown, whole
from sexton.config.zones import zone
from sexton.core.schedule import parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.job import CatchUp, Job, Overlap
from sexton.model.schedule import Schedule
from sexton.model.units import HOUR

_KEYS = (
    *PROCESS_KEYS,
    *("schedule", "timezone", "after", "timeout", "overlap", "success_codes", "grace", "catch_up", "priority"),
)
_NAME = re.compile(r"(?![0-9]+\Z)[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PRIORITY = 1_000_000_000  # either way


def job_tables(roots: Sequence[Table]) -> dict[str, Table]:
    """The table of each job, over all files; a name that is taken or cannot be one is reported."""
    tables: dict[str, Table] = {}
    for root in roots:
        jobs = root.below("jobs", "a table for each job, such as [jobs.ingest],")
        for name, table in _tables_of(jobs) if jobs else ():
            if not _NAME.fullmatch(name):
                table.problem(_misnamed(name))
            if tables.setdefault(name, table) is not table:
                table.problem(f"a job of this name is at {tables[name].place()} already; give one another name")
    return tables


def _tables_of(jobs: Table) -> Iterator[tuple[str, Table]]:
    for name in jobs.data:
        table = jobs.below(name, "a table with a command")
        if table is not None:
            yield name, table


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
        success_codes=table.read("success_codes", _exit_codes, frozenset({0})),
        grace=table.read("grace", duration("1h"), HOUR),
        catch_up=table.read("catch_up", choice(CatchUp), CatchUp.LAST),
        priority=table.read("priority", whole(-_PRIORITY, _PRIORITY, "a whole number such as 10"), 0),
    )


def _read_schedule(table: Table, zone_name: str) -> Schedule | None:
    texts = table.read("schedule", names('a schedule such as "0 8 * * *", or a list of them,'), None)
    if texts is None:
        return None
    try:
        return parse_schedule(texts, zone_name, str(table.path[-1]))
    except ScheduleError as error:
        table.problem(str(error), "schedule")
        return None


def _exit_codes(value: object) -> frozenset[int]:
    if not isinstance(value, list):
        raise Unfit(f"{found(value)}; a list of exit codes such as [0] is meant")
    if not value:
        raise Unfit("the list is empty, so no run could succeed; [0] is meant")
    return frozenset(map(whole(0, 255, "an exit code from 0 to 255"), value))


def _misnamed(name: str) -> str:
    if name.isdecimal():
        return "a name of digits alone is taken for a run's number; put a letter in"
    return f"{shown(name)} cannot be a job's name; letters, digits and . _ -, the first no sign, 64 at most, are meant"
