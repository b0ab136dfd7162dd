"""Notices on their way: each a child process for its sink, until the ledger has what came of it.

Whose turn it is, outbox.py decides. Invariant: a sink is busy until what it said of a notice is durable, so that what
was accepted is not told again because of a full disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from sexton.core.backoff import store_backoff
from sexton.core.turns import SLOW, next_try
from sexton.engine.notices.delivery import Delivery, Verdict, in_words
from sexton.engine.notices.sink_entry import Posted, SinkEntry
from sexton.model.errors import SextonError
from sexton.model.outbox import Delivered, Partly, Undelivered
from sexton.model.units import Instant

if TYPE_CHECKING:
    from sexton.engine.tables import World
    from sexton.model.handover import DeliveryLeft

_OVERRIDES = {"mailto": "to", "mailfrom": "from"}  # what a crontab says of its mail, in place of the sink's options

Change: TypeAlias = Delivered | Partly | Undelivered


class Deliveries:
    """`look` is called when a sink is free again, and when there is room for another."""

    def __init__(self, world: World, look: Callable[[], None]) -> None:
        self._world = world
        self._look = look

    def begin(self, entry: SinkEntry, posted: Posted) -> None:
        """Start a child that delivers it."""
        identity, notice = self._world.identity, posted.notice
        order = {
            "id": f"{identity.state_id}-{self._own_id(posted)}",
            "attempt": posted.attempts + 1,
            "notice": {key: value for key, value in notice.items() if key not in _OVERRIDES},
        }
        entry.hurried_last = not posted.id
        self._new(entry, posted).begin(order, _options(posted))

    def _own_id(self, posted: Posted) -> str:
        """The same in each try. A row's number may come again when the database is restored from a copy, the moment at
        which it was made does not."""
        identity = self._world.identity
        return f"{posted.id}-{posted.created}" if posted.id else f"{identity.incarnation}-{self._world.now()}"

    def _new(self, entry: SinkEntry, posted: Posted) -> Delivery:
        """The one that goes from now on."""
        delivery = Delivery(self._world, entry.sink, lambda verdict: self._judged(entry, posted, verdict))
        loop = self._world.loop
        entry.posted, entry.delivery, entry.began = posted, delivery, loop.clock.now().elapsed
        entry.slow = loop.after(SLOW, self._look)  # there is room for another then
        return delivery

    def _judged(self, entry: SinkEntry, posted: Posted, verdict: Verdict) -> None:
        clock = self._world.loop.clock.now()
        if entry.slow is not None:
            entry.slow.cancel()
        if verdict.unsent and not posted.id:  # nothing is known of the sink that was not before
            self._free(entry)
            posted.told(verdict)
            return
        change = _outcome(entry, posted, verdict, clock.wall)
        given_up = bool(posted.id) and not isinstance(change, Delivered) and change.not_before is None
        self._say(entry, verdict, given_up=given_up)
        entry.heard(verdict, clock.wall, clock.elapsed)
        if not verdict.error:
            entry.error = "; ".join(filter(None, (verdict.missed, posted.refused)))
            entry.delivered += isinstance(change, Delivered)
        entry.given_up += given_up
        posted.told(verdict)
        self._record(entry, change, 0)

    def _record(self, entry: SinkEntry, change: Change, failures: int) -> None:
        """Until that is durable the sink is busy."""

        def answered(answer: SextonError | None) -> None:
            if isinstance(answer, SextonError) and change.id:
                again = partial(self._record, entry, change, failures + 1)
                self._world.loop.after(store_backoff(failures + 1), again)
                return
            self._free(entry)

        self._world.store.submit(change, answered)

    def _free(self, entry: SinkEntry) -> None:
        entry.delivery = entry.posted = None
        self._look()

    def _say(self, entry: SinkEntry, verdict: Verdict, *, given_up: bool) -> None:
        """Once for each time that a sink begins to fail in some way, or goes on; and each notice that is given up."""
        name = entry.sink.name
        if given_up:
            said = f"sink {name}: a notice was given up: {verdict.error or verdict.missed}"
            self._world.logs.say("error", said, event="notice_given_up", sink=name)
        elif verdict.error and (entry.error != verdict.error or entry.failing_since is None):
            said = f"sink {name}: not delivered: {verdict.error}" + ("; trying again" if verdict.again else "")
            self._world.logs.say("warning", said, event="sink_failed", sink=name)
        elif not verdict.error and entry.failing_since is not None:
            self._world.logs.say("info", f"sink {name}: delivers again", event="sink_recovered", sink=name)
        if verdict.missed and verdict.missed not in entry.error:
            said = f"sink {name}: not accepted for {verdict.missed}" + ("; trying again" if verdict.later else "")
            self._world.logs.say("warning", said, event="recipients_refused", sink=name)

    def leave_behind(self, sinks: Mapping[str, SinkEntry]) -> tuple[DeliveryLeft, ...]:
        """What goes on without us."""
        found = [
            entry.delivery.leave_behind(name, entry.posted)
            for name, entry in sinks.items()
            if entry.delivery is not None and entry.posted is not None
        ]
        return tuple(left for left in found if left.pid)

    def take_up(self, entry: SinkEntry, left: DeliveryLeft) -> None:
        """Go on with what the last image of Sexton has begun."""
        self._new(entry, Posted({}, left.id, left.attempts, left.created)).take_up(left)


def _options(posted: Posted) -> dict[str, Any]:
    """In place of the sink's own, for this notice."""
    notice = posted.notice
    options = {_OVERRIDES[key]: notice[key] for key in _OVERRIDES if notice.get(key)}
    if notice.get("mailto") and notice.get("kind") != "test":
        options["mailto"] = True  # the mail is one as cron sends them
    if posted.recipients:
        options["only"] = posted.recipients
    return options


def _outcome(entry: SinkEntry, posted: Posted, verdict: Verdict, now: Instant) -> Change:
    """What the ledger is told of it."""
    sink = entry.sink
    if not verdict.error and not (verdict.later and posted.id):
        return Delivered(posted.id, sink.name, now, entry.is_back, verdict.missed)
    asked = max(verdict.pause, verdict.rest)
    again = next_try(now, posted.fresh_at, sink.give_up_after, posted.attempts + 1, asked)
    if verdict.error:
        return Undelivered(posted.id, sink.name, now, verdict.error, again if verdict.again else None)
    said = (in_words(verdict.refused), in_words(verdict.later))
    return Partly(posted.id, sink.name, now, *said, tuple(verdict.later), again, entry.is_back)
