"""The notice that tries a sink: whom it is for, where the sink's own options do not say. Loaded when somebody asks.

A mail by MAILTO goes to those whom the plan's jobs name; a ping is of the first job that the sink is told of, so that
it is a check which there is, or will be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sexton.engine.notices import facts
from sexton.model.notice import SinkKind

if TYPE_CHECKING:
    from sexton.engine.tables import World
    from sexton.model.notice import Rule, Sink

_OF_JOBS = "job:"


def of_test(world: World, sink: Sink) -> facts.Facts:
    """What a test notice for this sink says."""
    title = "This is a test of the sink"
    notice = facts.of_sexton(world, "test", "somebody has asked for it", outcome="test", title=title)
    if sink.kind is SinkKind.MAIL and not sink.options.get("to"):
        return {**notice, **_by_mailto(world, sink)}
    if sink.kind is SinkKind.PING:
        jobs = (subject for subject, _ in _rules(world, sink) if subject.startswith(_OF_JOBS))
        return {**notice, "job": next(jobs, _OF_JOBS).removeprefix(_OF_JOBS) or None}
    return notice


def _by_mailto(world: World, sink: Sink) -> facts.Facts:
    """Everyone who is named, once, and the first who is to send it."""
    rules = [rule for _, rule in _rules(world, sink)]
    to = dict.fromkeys(address for rule in rules for address in rule.to)
    return {"mailto": tuple(to), "mailfrom": next((rule.sender for rule in rules if rule.sender), None)}


def _rules(world: World, sink: Sink) -> Iterator[tuple[str, Rule]]:
    """Each subject and rule by which the sink is told something."""
    for subject, rules in world.plan.notify.items():
        yield from ((subject, rule) for rule in rules if rule.sink == sink.name)
