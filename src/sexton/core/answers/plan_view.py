"""An `Outlook` as the JSON that the API and `sexton plan --json` show. Puts into words, decides nothing."""

from collections.abc import Mapping, Sequence

from sexton.core.answers.outlook import Change, Firing, Outlook, Seen
from sexton.core.schedules.localtime import iso_at_offset, local_iso
from sexton.core.schedules.zones import find_zone
from sexton.core.slots import fire_slot, iso
from sexton.model.ahead import ClockChangeView, FireTimeView, PlanView
from sexton.model.units import SECOND


def plan_view(outlook: Outlook, jobs: Mapping[str, Seen], timezone: str, paused: Sequence[str] = ()) -> PlanView:
    """`jobs` are those looked at, `timezone` is the plan's own."""
    return PlanView(
        start=iso(outlook.window.start),
        end=iso(outlook.window.end),
        timezone=timezone,
        fire_times=[_fire_time(firing, jobs[firing.job].zone) for firing in outlook.firings],
        count=outlook.number,
        clock_changes=[change_view(change) for change in outlook.changes],
        others={name: None if at is None else iso(at) for name, at in outlook.others.items()},
        paused=list(paused),
    )


def _fire_time(firing: Firing, zone: str) -> FireTimeView:
    return FireTimeView(
        job=firing.job,
        fire_time=iso(firing.at),
        slot=fire_slot(firing.at),
        local=local_iso(firing.at, find_zone(zone)),
        timezone=zone,
        start=iso(firing.at + firing.delay),
        since_last_seconds=None if firing.since is None else firing.since / SECOND,
    )


def change_view(change: Change) -> ClockChangeView:
    return ClockChangeView(
        at=iso(change.at),
        timezone=change.zone,
        before=iso_at_offset(change.at, change.before),
        after=iso_at_offset(change.at, change.after),
    )
