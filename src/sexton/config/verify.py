"""What must hold between jobs: `after` names jobs that exist, nothing comes after itself, and what a job waits for can
come together."""

from collections.abc import Iterator, Mapping

from sexton.config.after import place_of
from sexton.config.report import Report
from sexton.config.schedules import SCHEDULE_KEYS
from sexton.config.suggest import hint
from sexton.config.table import Table
from sexton.model.job import Job

_KEY = 3  # parts of the path of a job's key: jobs, its name, the key
_WHEN = ("after", *SCHEDULE_KEYS)


def verify_known(jobs: Mapping[str, Job], tables: Mapping[str, Table]) -> None:
    """Report each `after` that names no job. `tables` has the tables of the same jobs."""
    for job in jobs.values():
        for after in job.after:
            if after.job not in jobs:
                table = tables[job.name]
                others = [name for name in jobs if name != job.name]
                table.problem(f"there is no job `{after.job}`; {hint(after.job, others)}", *place_of(table, after.job))


def verify_acyclic(jobs: Mapping[str, Job], tables: Mapping[str, Table]) -> None:
    """Report each cycle at the `after` of one of its jobs."""
    for cycle in find_cycles({job.name: [after.job for after in job.after] for job in jobs.values()}):
        table = tables[cycle[0]]
        table.problem(f"jobs that wait for each other never run: {' → '.join(cycle)}", *place_of(table, cycle[1]))


def verify_meetings(jobs: Mapping[str, Job], tables: Mapping[str, Table], report: Report) -> None:
    """Report each job whose upstreams never have the same fire time. Of jobs in which something is wrong that has to
    do with that, nobody knows when they fire."""
    if all(len(job.after) < 2 for job in jobs.values()):
        return
    from sexton.core.answers.meeting import apart

    faulted = report.faulted(_KEY)
    known = {name: job for name, job in jobs.items() if not any((*tables[name].path, key) in faulted for key in _WHEN)}
    for job in jobs.values():
        strangers = apart(known, job) if len(job.after) > 1 else None
        if strangers:
            one, other = strangers
            tables[job.name].problem(
                f"`{one}` and `{other}` never have the same fire time, so it would never run; "
                "give them schedules that meet, or let the one come after the other",
                "after",
            )


def find_cycles(graph: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Cycles such as [a, b, a], at least one of each knot, each node's edges followed once (depth first)."""
    done: set[str] = set()
    for start in graph:
        trail: dict[str, Iterator[str]] = {} if start in done else {start: iter(graph[start])}
        while trail:
            last = next(reversed(trail))
            step = next(trail[last], None)
            if step is None:
                done.add(last)
                del trail[last]
            elif step in trail:
                names = list(trail)
                yield [*names[names.index(step) :], step]
            elif step in graph and step not in done:
                trail[step] = iter(graph[step])
