"""What happens, as things to tell: facts and rules put together, to be judged and written by the store.

Ends and closed fire times carry theirs with them, so that both are durable or neither; everything else is a change of
its own. Loaded when a plan has sinks, and never before. Invariant: whatever a rule asks for is handed to the store, or,
where it need not outlive us, to the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sexton.core.notices import DELAYS, FAILURES, GOOD, RECOVERED, SETTLED
from sexton.core.quiet import not_before
from sexton.core.reload import given_up_with
from sexton.core.schedules.zones import find_zone
from sexton.engine.notices import facts
from sexton.engine.notices.outbox import Outbox
from sexton.engine.notices.rules import HEALTH, SEXTON, Rules
from sexton.engine.notices.sink_entry import Posted
from sexton.model.errors import SextonError
from sexton.model.ledger import End
from sexton.model.notice import Rule, Tell
from sexton.model.outbox import Incidents, Remind, Routes
from sexton.model.run import Outcome
from sexton.model.service import ServiceState
from sexton.model.units import MINUTE, SECOND, Duration

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.engine.tables import RunEntry, World
    from sexton.model.ledger import Cancelled, Closed, Queued
    from sexton.model.plan import Plan
    from sexton.model.units import Instant
    from sexton.ports import Timer

_WORDS = {
    ServiceState.FATAL: "fatal",
    ServiceState.EXITED: "exited",
    ServiceState.BACKOFF: "unhealthy",
    ServiceState.RUNNING: "running",
}


_WEIGH_AFTER: Duration = 5 * SECOND  # what happens meanwhile is weighed together
_WELL_AFTER: Duration = MINUTE


class Notices:
    """`outbox` delivers what is told, by `rules`; `unwell` says what fails at present."""

    def __init__(self, world: World, unwell: Callable[[], str]) -> None:
        self._world = world
        self._ask_unwell = unwell
        self._weighing: Timer | None = None
        self._store_well: Timer | None = None  # while it is not certain that it is well again
        self.rules = Rules(world)
        self.outbox = Outbox(world, self._remind)
        self._unwell: set[str] | None = None  # who may be in an incident that was told; None: not known yet
        self._beats: dict[str, Timer] = {}  # of signs of life, by sink

    def adopt(self, plan: Plan) -> dict[str, int]:
        """Go over to the rules and sinks of a plan. Answer: how many notices that gives up, by sink."""
        lost = self.outbox.pending_of_others(plan.sinks)
        self.rules.adopt(plan)
        routes = dict(self.rules.routes())
        self._world.store.submit(Routes(routes, tuple(plan.sinks), self._world.now()), self._kept)
        self.outbox.adopt(plan.sinks)
        if self._unwell is None:
            self._world.store.ask(Incidents(), self._learn)
        self._beat(self._rules(SEXTON))
        told = any("store" in rule.on for rule in self._rules(SEXTON))
        self._world.store.on_trouble = self._store_changed if told else None
        self.weigh_soon()
        return lost

    def _kept(self, lost: dict[str, int] | SextonError) -> None:
        if isinstance(lost, SextonError):
            self._world.logs.say("warning", f"outbox: {lost}", event="outbox_failed")
            return
        for sink, count in lost.items():
            said = given_up_with(sink, count)
            self._world.logs.say("warning", f"outbox: {said}", event="notices_given_up", sink=sink)

    def _learn(self, found: tuple[tuple[str], ...] | SextonError) -> None:
        if not isinstance(found, SextonError):
            self._unwell = {subject for (subject,) in found}

    def _rules(self, subject: str) -> tuple[Rule, ...]:
        return self.rules.of(subject)

    # What goes with a change of the ledger

    def with_end(self, end: End, job: str, slot: str, fire_time: Instant | None, attempt: int) -> End:
        """The end of a run, with what is told of it."""
        if end.not_before is not None:
            return end
        make = partial(facts.of_end, self._world, job, slot, fire_time, attempt, end)
        silent = attempt == 1 and not end.log_bytes
        return end._replace(tell=self._tells_of_run(end, job, make, silent=silent))

    def with_cancelled(self, change: Cancelled, queued: Queued) -> Cancelled:
        """A run that waited, for its first attempt or for another one, and shall have none, with what is told of it."""
        end = End(change.run_id, "", 0, Outcome.CANCELLED, change.reason, change.at)
        attempt = max(queued.attempt - 1, 1)
        make = partial(facts.of_end, self._world, queued.job, queued.slot, queued.fire_time, attempt, end)
        return change._replace(tell=self._tells_of_run(end, queued.job, make, silent=queued.attempt == 1))

    def _tells_of_run(self, end: End, job: str, make: Callable[[], facts.Facts], *, silent: bool) -> tuple[Tell, ...]:
        """`silent`: it has printed nothing for certain; what attempts before have printed the store knows."""
        calm = silent and end.outcome in (Outcome.SUCCEEDED, Outcome.CANCELLED)
        rules = [rule for rule in self._rules(f"job:{job}") if not (rule.to and calm)]
        tells = self._tells(f"job:{job}", str(end.outcome), make, rules)
        self.outbox.outdated(end.run_id, {tell.rule.sink for tell in tells})
        return tells

    def with_closed(self, row: Closed) -> Closed:
        """Fire times that passed, with what is told of them."""
        subject, make = f"job:{row.job}", partial(facts.of_closed, self._world, row)
        return row._replace(tell=self._tells(subject, str(row.outcome), make, self._rules(subject)))

    def _tells(
        self, subject: str, word: str, make: Callable[[], facts.Facts], rules: tuple[Rule, ...] | list[Rule]
    ) -> tuple[Tell, ...]:
        asked = [rule for rule in rules if self._matters(subject, rule, word)]
        if not asked:
            return ()
        now, notice = self._world.now(), make()
        zone = find_zone(self._world.plan.settings.timezone)
        self._note(subject, word)
        return tuple(
            Tell(subject, word, rule, now, not_before(rule, now, zone), self._of(subject, rule, notice))
            for rule in asked
        )

    def _of(self, subject: str, rule: Rule, notice: facts.Facts) -> facts.Facts:
        """The facts, with what a crontab's mail has besides."""
        if not rule.to:
            return notice
        command = facts.of_command(self._world, subject.removeprefix("job:"))
        return {**notice, **command, "mailto": rule.to, "mailfrom": rule.sender}

    def _matters(self, subject: str, rule: Rule, word: str) -> bool:
        """Whether the store has to judge it: what is well and was well is no matter."""
        if word in rule.on:
            return True
        return (word in GOOD or word == SETTLED) and not rule.each and (self._unwell is None or subject in self._unwell)

    def _note(self, subject: str, word: str) -> None:
        if self._unwell is not None:
            if word in GOOD:
                self._unwell.discard(subject)
            elif word in FAILURES or word in DELAYS:
                self._unwell.add(subject)

    def told(self) -> None:
        """Something was written that may be due."""
        self.outbox.look()

    # What is a change of its own

    def late(self, job: str, fire_time: Instant, reason: str) -> None:
        """A job owes a success."""
        self._tell(f"job:{job}", "late", partial(facts.of_lateness, self._world, job, fire_time, reason))

    def settled(self, job: str) -> None:
        """A job owes nothing any more: what it was late with is told anew when it is late again."""
        self._tell(f"job:{job}", SETTLED, partial(facts.of_sexton, self._world, "run", job=job))

    def service_told(self, entry: ServiceEntry) -> None:
        """A service has come to be in another state."""
        word = _WORDS.get(entry.state)
        if word == "exited" and _is_good(entry):
            return
        if word is not None:
            self._tell(f"service:{entry.service.name}", word, partial(facts.of_service, self._world, entry))
            self.weigh_soon()

    def reload_failed(self, problems: str) -> None:
        """A reload has changed nothing, because of these problems."""
        self._tell(SEXTON, "reload_failed", partial(facts.of_sexton, self._world, "reload", problems))

    def _tell(self, subject: str, word: str, make: Callable[[], facts.Facts]) -> None:
        for change in self._tells(subject, word, make, self._rules(subject)):
            self.outbox.expected += 1
            self._world.store.submit(change, partial(self._answered, subject))

    def _answered(self, subject: str, rows: int | SextonError) -> None:
        self.outbox.expected -= 1
        if isinstance(rows, SextonError):
            said = f"{subject}: cannot record what is to be told of it: {rows}"
            self._world.logs.say("error", said, event="notice_lost")
        self.outbox.look()

    def _remind(self, subject: str, route: str) -> None:
        rule = next((rule for rule in self._rules(subject) if rule.route == route), None)
        if rule is None or rule.repeat is None:
            return
        now = self._world.now()
        at = not_before(rule, now, find_zone(self._world.plan.settings.timezone))
        self.outbox.expected += 1
        self._world.store.submit(Remind(subject, rule, now, at, now + rule.repeat), partial(self._answered, subject))

    def weigh_soon(self) -> None:
        """Something has changed that may change how well Sexton is."""
        if self._weighing is None and self._rules(HEALTH):
            self._weighing = self._world.loop.after(_WEIGH_AFTER, self._weigh)

    def _weigh(self) -> None:
        self._weighing = None
        reason = self._ask_unwell()
        self._tell(HEALTH, "health" if reason else "healthy", partial(facts.of_sexton, self._world, "health", reason))

    # What need not outlive us

    def _store_changed(self, trouble: str | None) -> None:
        """The store cannot write, or can again: nothing that could be kept there. It is well once it has been so for a
        while, since a disk that is full takes some changes and refuses others."""
        if self._store_well is not None:
            self._store_well.cancel()
            self._store_well = None
        elif trouble is not None:
            self._tell_of_store("store", "Sexton cannot write its database", trouble)
        if trouble is None:
            self._store_well = self._world.loop.after(_WELL_AFTER, self._store_recovered)

    def _store_recovered(self) -> None:
        self._store_well = None
        self._tell_of_store(RECOVERED, "Sexton can write its database again", "")

    def _tell_of_store(self, outcome: str, title: str, reason: str) -> None:
        notice = facts.of_sexton(self._world, "store", reason, outcome=outcome, title=title)
        for rule in self._rules(SEXTON):
            if "store" in rule.on:
                self.outbox.hurry(rule.sink, Posted(notice))

    def started(self, entry: RunEntry) -> None:
        """A run has begun: told at once, or not at all."""
        for rule in self._rules(f"job:{entry.run.job}"):
            if "started" in rule.on:
                self.outbox.hurry(rule.sink, Posted(facts.of_start(self._world, entry.run)))

    def _beat(self, rules: tuple[Rule, ...]) -> None:
        """Give signs of life by these rules, and by no others."""
        for timer in self._beats.values():
            timer.cancel()
        self._beats.clear()
        for rule in rules:
            if rule.every is not None:
                self._alive(rule)

    def _alive(self, rule: Rule) -> None:
        assert rule.every is not None
        since = self._world.identity.started
        notice = facts.of_sexton(self._world, "alive", outcome="alive", title="Sexton is alive")
        self.outbox.hurry(rule.sink, Posted({**notice, "uptime": (self._world.now() - since) / SECOND}))
        self._beats[rule.sink] = self._world.loop.after(rule.every, partial(self._alive, rule))

    def test(self, sink: str, posted: Callable[[Mapping[str, Any]], Posted]) -> bool:
        """Send a test notice; False where too many are waiting already."""
        from sexton.engine.notices.trial import of_test

        notice = of_test(self._world, self._world.plan.sinks[sink])
        return self.outbox.hurry(sink, posted(notice), insist=True)


def _is_good(entry: ServiceEntry) -> bool:
    """Whether its process has ended with a code that is a success."""
    ended = entry.standing.exit
    return ended is not None and ended.code in entry.service.success_codes
