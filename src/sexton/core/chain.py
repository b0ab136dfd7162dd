"""What follows a run's end: which after-jobs its outcome calls for, and whether it runs again."""

from collections.abc import Iterable, Mapping

from sexton.core.slots import kind_of
from sexton.model.job import After, Job, OnLost, OnService
from sexton.model.run import Outcome
from sexton.model.service import ServiceState


def followers(jobs: Iterable[Job]) -> Mapping[str, tuple[Job, ...]]:
    """For each job that others run after: those others, in the plan's order. Made once per plan."""
    found: dict[str, list[Job]] = {}
    for job in jobs:
        for after in job.after:
            found.setdefault(after.job, []).append(job)
    return {name: tuple(jobs) for name, jobs in found.items()}


def reactions(jobs: Iterable[Job]) -> Mapping[tuple[str, ServiceState], tuple[Job, ...]]:
    """For each service or group, and state of it, that jobs react to: those jobs. Made once per plan."""
    found: dict[tuple[str, ServiceState], list[Job]] = {}
    for job in jobs:
        if isinstance(job.on, OnService):
            found.setdefault((job.on.service, job.on.state), []).append(job)
    return {what: tuple(jobs) for what, jobs in found.items()}


def called_for(candidates: Iterable[Job], upstream: str, outcome: Outcome) -> list[Job]:
    """The jobs among `candidates` that shall run because a run of `upstream` ended in `outcome`, once what else they
    run after (`needs`) has ended too."""
    return [job for job in candidates if any(a.job == upstream and outcome in a.on for a in job.after)]


def needs(job: Job, upstream: str) -> tuple[After, ...]:
    """What has to have ended for the same fire time, besides the run of `upstream`, for `job` to run."""
    return tuple(after for after in job.after if after.job != upstream)


SHUTDOWN = "shutdown"  # the reason of a run that Sexton's own stop ended


def runs_again(job: Job, slot: str, outcome: Outcome, reason: str) -> bool:
    """Whether a run that ended so runs again at the next start: one that a stop of Sexton ended always, one that was
    lost only once, since a run that is lost again may well be what kills Sexton."""
    if job.on_lost is not OnLost.RERUN:
        return False
    if outcome is Outcome.LOST:
        return kind_of(slot) != "rerun"
    return outcome is Outcome.CANCELLED and reason == SHUTDOWN
