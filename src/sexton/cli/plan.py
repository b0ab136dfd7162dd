"""`sexton plan [FILE…]`: what would fire when, as a list, a month, or a picture of the load.

Works from the files, as `check` does, and reads no secret; with --live the running daemon is asked for its own list.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.formats import refuse_unknown_format
from sexton.cli.options import Arguments, Option, Usage, did_you_mean
from sexton.config.load import load_plan
from sexton.core.answers.outlook import LONGEST, Seen, Window, look_ahead
from sexton.core.answers.plan_view import plan_view
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.localtime import first_instant, read_time
from sexton.core.schedules.zones import find_zone
from sexton.model.ahead import PlanView
from sexton.model.errors import EXIT_OK
from sexton.model.plan import Plan
from sexton.model.units import DAY, SECOND, Duration, Instant
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton plan [FILE...] [--from TIME] [--to TIME] [--month|--load] [--json]",
    "What would fire when, from now on for a day; clock changes are marked. Starts\n"
    "nothing, reads no secret. TIME is 2026-11-22 or 2026-11-22T08:00, in the plan's\n"
    "time zone unless it has an offset. --month shows the month of --from with the\n"
    "fire times and the jobs of each day, --load how many jobs start in each minute\n"
    "of the day in the week from --from.",
    (
        Option("--from", "where to begin (default: now)", value="TIME"),
        Option("--to", "where to end (default: a day later)", value="TIME"),
        Option("--limit", "list the first N fire times (default 40)", short="-n", value="N"),
        Option("--job", "look at this job alone", value="JOB"),
        Option("--month", "a calendar of the month"),
        Option("--load", "in which minutes jobs collide"),
        Option("--live", "ask the running daemon instead of reading files"),
    ),
    most=None,
)
LIMIT = 40
MOST = 100_000
WEEK = 7 * DAY
_MOST_LIVE = 1000  # what the API gives at once


def execute(arguments: Arguments, console: Console) -> int:
    refuse_unknown_format(arguments)
    limit = arguments.number("--limit", LIMIT, MOST)
    if arguments.has("--live"):
        view = _ask(arguments, console, limit)
    else:
        plan = load_plan(arguments.operands, console.environ, for_run=False, form=arguments.text("--format"))
        now = time.time_ns() // 1_000_000_000 * SECOND
        jobs = _jobs(plan, arguments.text("--job"), now)
        if arguments.has("--month") or arguments.has("--load"):
            return _picture(arguments, console, plan, jobs, now)
        view = _look(arguments, plan, jobs, now, limit)
    if arguments.has("--json"):
        console.json(view)
    else:
        from sexton.cli.plan_list import listing

        console.lines(listing(clean(view), console))
    return EXIT_OK


def _ask(arguments: Arguments, console: Console, limit: int) -> PlanView:
    """The daemon's own list."""
    from sexton.cli.client import quote
    from sexton.cli.connect import connect

    for word in ("--month", "--load"):
        if arguments.has(word):
            raise UsageError(f"{word} works from the files; leave --live out")
    if arguments.operands:
        raise UsageError("--live asks the daemon, which reads no file for it; leave one of both out")
    asked = {"start": "--from", "end": "--to", "job": "--job"}
    query = "".join(f"&{name}={quote(text)}" for name, option in asked.items() if (text := arguments.text(option)))
    view: PlanView = connect(arguments, console).get(f"/api/v1/plan?limit={min(limit, _MOST_LIVE)}{query}")
    return view


def _jobs(plan: Plan, name: str | None, now: Instant) -> dict[str, Seen]:
    """The jobs that a schedule starts, as a Sexton that started now would have them; or the one called `name`."""
    if name is not None and name not in plan.jobs:
        raise UsageError(f"there is no job '{name}'{did_you_mean(name, plan.jobs)}")
    wanted = [plan.jobs[name]] if name is not None else plan.jobs.values()
    return {
        job.name: Seen(FireTimes(job.schedule, now), job.schedule.zone, job.jitter) for job in wanted if job.schedule
    }


def _look(arguments: Arguments, plan: Plan, jobs: Mapping[str, Seen], now: Instant, limit: int) -> PlanView:
    zones = {job.zone: find_zone(job.zone) for job in jobs.values()}
    outlook = look_ahead(jobs, _window(arguments, plan, now, DAY), zones, limit)
    return plan_view(outlook, jobs, plan.settings.timezone)


def _window(arguments: Arguments, plan: Plan, now: Instant, usual: Duration) -> Window:
    """From --from until before --to, or as long as is `usual`."""
    start = _limit(arguments, "--from", plan, now)
    end = _limit(arguments, "--to", plan, start + usual)
    if end <= start:
        raise UsageError("--to has to be later than --from")
    if end - start > LONGEST:
        raise UsageError(f"--to may be at most {LONGEST // DAY} days after --from")
    return Window(start, end)


def _limit(arguments: Arguments, option: str, plan: Plan, default: Instant) -> Instant:
    """The instant that --from or --to names."""
    text = arguments.text(option)
    zone = find_zone(plan.settings.timezone)
    return default if text is None else first_instant(read_time(text, zone), zone)


def _picture(arguments: Arguments, console: Console, plan: Plan, jobs: Mapping[str, Seen], now: Instant) -> int:
    if arguments.has("--month") and arguments.has("--load"):
        raise UsageError("--month and --load are two pictures; ask for one")
    usual = 1 if arguments.has("--month") else WEEK
    window = _window(arguments, plan, now, usual)
    if arguments.has("--month"):
        from sexton.cli.plan_month import show_month as show
    else:
        from sexton.cli.plan_load import show_load as show
    show(console, jobs, plan.settings.timezone, window, as_json=arguments.has("--json"))
    return EXIT_OK
