"""A stage with sinks, on the real ledger; what the children that deliver were ordered to."""

import json
from typing import Any

from sexton.model.job import Job
from sexton.model.notice import Rule, Sink, SinkKind
from sexton.model.service import Service
from tests.engine.ledgers import RealLedger
from tests.engine.stage import Stage

DEFAULT = frozenset({"failed", "timeout", "lost", "recovered", "late", "fatal", "reload_failed"})


def rule(sink: str = "ops", *on: str, **keys: Any) -> Rule:
    return Rule(sink, frozenset(on) or DEFAULT, **keys)


def stage_with(
    *jobs: Job, rules: dict[str, tuple[Rule, ...]] | tuple[Rule, ...], services: tuple[Service, ...] = (), **keys: Any
) -> Stage:
    """A stage whose jobs and services all tell by `rules`, or each subject by its own."""
    stage = Stage(*jobs, services=services, ledger=RealLedger())
    subjects = ["sexton", *(f"job:{job.name}" for job in jobs), *(f"service:{each.name}" for each in services)]
    notify = rules if isinstance(rules, dict) else dict.fromkeys(subjects, rules)
    names = {each.sink for found in notify.values() for each in found}
    sinks = {name: Sink(name, SinkKind.COMMAND, {"argv": ("./tell",)}, **keys) for name in sorted(names)}
    stage.plan = stage.read = stage.plan._replace(notify=notify, sinks=sinks)
    for name in names:
        stage.live(name, lasts=0)
    return stage


def orders(stage: Stage) -> list[dict[str, Any]]:
    """What the children were given to read, oldest first."""
    return [json.loads(order) for order in stage.spawner.orders]


def told(stage: Stage) -> list[tuple[str, str]]:
    """(sink, title) of each delivery that was begun."""
    return [(order["sink"], order["notice"]["title"]) for order in orders(stage)]
