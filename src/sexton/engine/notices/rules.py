"""Who is told what of whom, by the plan, and of a job that the plan has no more while runs of it are still to end.

Such runs go by the rules that the job had when it left; of what an earlier Sexton left, by those of `[sexton]`. Neither
is reminded of: nothing will be well again there. Invariant: every rule here is for a sink of the present plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sexton.core.notices import RECOVERED

if TYPE_CHECKING:
    from sexton.engine.tables import World
    from sexton.model.notice import Rule
    from sexton.model.plan import Plan
    from sexton.model.units import Duration

SEXTON = "sexton"
HEALTH = "sexton:health"
_JOB = "job:"


class Rules:
    """`left` are those of the jobs that have gone before their runs, by subject."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._plan = world.plan
        self.left: dict[str, tuple[Rule, ...]] = {}

    def adopt(self, plan: Plan) -> None:
        """Go over to the rules of a plan, before its jobs are."""
        going = {run.run.job for run in self._world.runs}
        going |= {name for name, entry in self._world.jobs.items() if entry.waiting}
        gone = (f"{_JOB}{name}" for name in going if name not in plan.jobs)
        self.left = {subject: self._kept(plan, subject) for subject in gone}
        self._plan = plan

    def _kept(self, plan: Plan, subject: str) -> tuple[Rule, ...]:
        """Those that the job had, as far as their sinks are still there; those of `[sexton]` where none of them is."""
        before = self.of(subject)
        kept = [rule for rule in before if plan.sinks.get(rule.sink)]
        return _once(kept if kept or not before else plan.notify.get(SEXTON, ()))

    def of(self, subject: str) -> tuple[Rule, ...]:
        if subject == HEALTH:
            asked = [rule for rule in self.of(SEXTON) if "health" in rule.on]
            return tuple(rule._replace(on=frozenset({"health", RECOVERED})) for rule in asked)
        notify = self._plan.notify
        if not subject.startswith(_JOB) or subject.removeprefix(_JOB) in self._plan.jobs:
            return notify.get(subject, ())
        return self.left[subject] if subject in self.left else _once(notify.get(SEXTON, ()))

    def routes(self) -> Iterator[tuple[tuple[str, str], Duration | None]]:
        """Each (subject, route) that there is, and after how long an incident is told there once more."""
        for subject in (*self._plan.notify, *self.left, HEALTH):
            for rule in self.of(subject):
                yield (subject, rule.route), rule.repeat


def _once(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(rule._replace(repeat=None) for rule in rules)
