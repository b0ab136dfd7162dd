"""Whether the runs that a job waits for can have the same fire time at all.

Each upstream's fire times come from its roots: itself where it has a schedule, and what it runs after. Looks for an
instant that all of them share by leaping from each to the next of the others. Invariant: two upstreams are said to be
apart only when no instant of theirs was left out; where too many had to be looked at, they may meet.
"""

from collections.abc import Iterable, Mapping

from sexton.core.schedules.firetimes import FireTimes
from sexton.model.job import Job
from sexton.model.schedule import Every
from sexton.model.units import DAY, Instant

_FROM: Instant = 20_000 * DAY  # in 2024
_UNTIL: Instant = _FROM + 29 * 366 * DAY  # by then every date has been on every weekday
_LEAPS = 12_000  # one a day, and no more than some 0.1 s


def apart(jobs: Mapping[str, Job], job: Job) -> tuple[str, str] | None:
    """Two upstreams of `job` that never have the same fire time; None when there are none.

    A job that is not among `jobs` may have any fire time; one that waits for itself has none, which is said elsewhere.
    """
    roots = {after.job: _roots(jobs, after.job) for after in job.after if after.job in jobs}
    names = list(roots)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            if not _may_meet(jobs, roots[one], roots[other]):
                return one, other
    return None


def _roots(jobs: Mapping[str, Job], name: str) -> frozenset[str]:
    """The jobs whose fire times a run of `name` may have."""
    found, seen, left = set(), {name}, [name]
    while left:
        here = left.pop()
        job = jobs.get(here)
        if job is None or job.schedule is not None or not job.after:
            found.add(here)
        above = {after.job for after in job.after} - seen if job else set()
        seen |= above
        left += above
    return frozenset(found)


def _may_meet(jobs: Mapping[str, Job], some: frozenset[str], others: frozenset[str]) -> bool:
    if some & others or not some or not others:
        return True
    if any(_is_open(jobs.get(root)) for root in some | others):
        return True
    return _share(_times(jobs, some), _times(jobs, others))


def _is_open(job: Job | None) -> bool:
    """Whether the job's fire times are not known beforehand: a person says them, or a start of Sexton."""
    if job is None or job.schedule is None or job.schedule.at_start:
        return True
    return any(isinstance(rule, Every) and rule.from_start for rule in job.schedule.rules)


def _times(jobs: Mapping[str, Job], roots: Iterable[str]) -> list[FireTimes]:
    schedules = (jobs[root].schedule for root in roots)
    return [FireTimes(schedule, _FROM) for schedule in schedules if schedule is not None]


def _share(some: list[FireTimes], others: list[FireTimes]) -> bool:
    """Whether an instant is a fire time of one of `some` and of one of `others`."""
    at = _FROM
    for _ in range(_LEAPS):
        first = _next(some, at)
        second = None if first is None else _next(others, first - 1)
        if first is None or second is None or second > _UNTIL:
            return False
        if second == first:
            return True
        at = second - 1
    return True


def _next(times: list[FireTimes], instant: Instant) -> Instant | None:
    return min((found for each in times if (found := each.after(instant)) is not None), default=None)
