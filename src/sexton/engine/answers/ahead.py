"""What the engine's tables say of what is to come: the plan of the jobs as this Sexton has them.

Loaded by who is asked for it. Looks at fire times alone: whether one leads to a run is decided when it has come.
"""

from sexton.core.answers.outlook import LONGEST, Seen, Window, look_ahead
from sexton.core.answers.plan_view import plan_view
from sexton.core.schedules.localtime import first_instant, read_time
from sexton.core.schedules.zones import find_zone
from sexton.engine.tables import World
from sexton.model.ahead import PlanView
from sexton.model.errors import Refused
from sexton.model.units import DAY

MOST_WORK = 40_000 * DAY  # jobs times length: some 0.1 s, in which the loop does nothing else


def plan_of(world: World, start: str | None, end: str | None, job: str | None, limit: int) -> PlanView:
    """The next `limit` fire times from `start` (None: now) until before `end` (None: a day later), of one job or of
    all. Raises Refused."""
    if job is not None and job not in world.jobs:
        raise Refused("not_found", f"there is no job {job!r}")
    timezone = world.plan.settings.timezone
    jobs = {
        name: Seen(entry.times, entry.job.schedule.zone, entry.job.jitter)
        for name, entry in world.jobs.items()
        if entry.times is not None and entry.job.schedule is not None and job in (None, name)
    }
    zones = {seen.zone: find_zone(seen.zone) for seen in jobs.values()}
    window = _window(world, start, end, timezone)
    if len(jobs) * (window.end - window.start) > MOST_WORK and len(jobs) > 1:
        raise Refused("invalid", f"cannot look so far ahead for {len(jobs)} jobs at once; ask for less time or one job")
    outlook = look_ahead(jobs, window, zones, limit)
    return plan_view(outlook, jobs, timezone, [name for name in jobs if ("job", name) in world.off])


def _window(world: World, start: str | None, end: str | None, timezone: str) -> Window:
    zone = find_zone(timezone)
    first = world.now() if start is None else first_instant(read_time(start, zone), zone)
    last = first + DAY if end is None else first_instant(read_time(end, zone), zone)
    if not first < last <= first + LONGEST:
        raise Refused("invalid", f"the end has to be later than the start, by {LONGEST // DAY} days at most")
    return Window(first, last)
