"""What a new plan changes: which jobs and services come, go or differ, and which settings only a new start applies."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sexton.model.plan import Plan

LIVE = frozenset({"stop_within", "max_parallel", "keep", "http"})  # settings that no start need be waited for


class Difference(NamedTuple):
    """Names, in the order of the plan that has them."""

    gone: tuple[str, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]

    def __str__(self) -> str:
        parts = ((self.new, "new"), (self.changed, "changed"), (self.gone, "gone"))
        return ", ".join(f"{len(names)} {word}" for names, word in parts if names) or "unchanged"


class Changes(NamedTuple):
    """`settings` are the names of those that differ and wait for the next start; `http` and `notices` (sinks, and who
    is told what) say whether anything of that differs, which need not wait."""

    jobs: Difference
    services: Difference
    settings: tuple[str, ...]
    http: bool = False
    notices: bool = False


def compare(old: Plan, new: Plan) -> Changes:
    """What has to be done to go from one plan to the other."""
    before, after = _settings(old), _settings(new)
    settings = tuple(name for name in after if name not in LIVE and after[name] != before[name])
    http = after["http"] != before["http"]
    notices = (old.sinks, old.notify) != (new.sinks, new.notify)
    return Changes(differ(old.jobs, new.jobs), differ(old.services, new.services), settings, http, notices)


def _settings(plan: Plan) -> dict[str, Any]:
    return plan.settings._replace(http=plan.settings.http.anywhere())._asdict()


def differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What comes, goes, and is another than before."""
    return Difference(
        gone=tuple(name for name in old if name not in new),
        new=tuple(name for name in new if name not in old),
        changed=tuple(name for name in new if name in old and old[name] != new[name]),
    )


def given_up_with(sink: str, count: int) -> str:
    """What a sink that is gone takes with it."""
    noun, verb = ("notice", "is") if count == 1 else ("notices", "are")
    return f"{count} {noun} for the sink {sink}, which is gone, {verb} given up"
