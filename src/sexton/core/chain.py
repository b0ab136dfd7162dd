"""What follows a run's end: which after-jobs its outcome calls for."""

from collections.abc import Iterable, Mapping

from sexton.model.job import Job
from sexton.model.run import Outcome


def followers(jobs: Iterable[Job]) -> Mapping[str, tuple[Job, ...]]:
    """For each job that others run after: those others, in the plan's order. Made once per plan."""
    found: dict[str, list[Job]] = {}
    for job in jobs:
        for after in job.after:
            found.setdefault(after.job, []).append(job)
    return {name: tuple(jobs) for name, jobs in found.items()}


def called_for(candidates: Iterable[Job], upstream: str, outcome: Outcome) -> list[Job]:
    """The jobs among `candidates` that shall run because a run of `upstream` ended in `outcome`."""
    return [job for job in candidates if any(a.job == upstream and outcome in a.on for a in job.after)]
