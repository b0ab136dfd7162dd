"""`Why` as the JSON that the API and `sexton why --json` show, without what became of it. Decides nothing."""

from sexton.core.answers.why import Judged, why
from sexton.core.schedules.localtime import local_iso, read_time, wall_iso
from sexton.core.schedules.zones import find_zone
from sexton.core.slots import iso, iso_if_any
from sexton.model.ahead import WhyFieldView, WhyRuleView, WhyView
from sexton.model.job import Job
from sexton.model.units import Instant


def why_view(job: Job, text: str, timezone: str, started: Instant) -> WhyView:
    """Why `job` fires, or does not, at the time `text`, in its zone; `timezone` is the plan's, for a job without a
    schedule. Raises Refused for what is no time."""
    zone = find_zone(job.schedule.zone if job.schedule else timezone)
    said = read_time(text, zone)
    view = WhyView(
        job=job.name,
        timezone=job.schedule.zone if job.schedule else timezone,
        asked=wall_iso(said.wall),
        at=None,
        local=None,
        fires=False,
        rules=[],
        notes=[],
        previous=None,
        next=None,
        standing=None,
    )
    if job.schedule is None:
        if said.instants:
            view["at"], view["local"] = iso(said.instants[0]), local_iso(said.instants[0], zone)
        view["notes"].append(f"it has no schedule: it runs {_otherwise(job)}")
        return view
    found = why(job.schedule, said, started)
    view["at"], view["fires"] = iso_if_any(found.at), found.fires
    view["local"] = None if found.at is None else local_iso(found.at, zone)
    view["rules"], view["notes"] = [_rule(rule) for rule in found.rules], list(found.notes)
    view["previous"], view["next"] = iso_if_any(found.before), iso_if_any(found.after)
    return view


def _otherwise(job: Job) -> str:
    """What makes a job run that no clock starts."""
    rules = ["after " + ", ".join(after.job for after in job.after)] if job.after else []
    if job.on:
        rules.append(f"on {job.on}")
    return " and ".join(rules) or "on request"


def _rule(rule: Judged) -> WhyRuleView:
    fields = [WhyFieldView(field=p.field, value=p.value, wanted=p.wanted, fits=p.fits) for p in rule.parts]
    return WhyRuleView(schedule=rule.text, words=rule.words, fits=rule.fits, fields=fields, joined=rule.joined)
