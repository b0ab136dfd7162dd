"""The engine whole: how its parts hang together, and the order in which they begin and end.

Start: recovery first (nothing of ours may run before an earlier Sexton's processes are gone), then services. When what
that one left queued stands in line again, the jobs are made known to the ledger, and with the same commit those that
run at start. `once` starts only these and what follows them, and stops when all is over. Invariant: `finished` is
called exactly once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sexton.core.services import exit_code
from sexton.engine.answers.views import row_view
from sexton.engine.housekeeping import Housekeeping
from sexton.engine.recovery import Recovery
from sexton.engine.runs.lives import Lives
from sexton.engine.runs.requests import Requests
from sexton.engine.runs.room import Room
from sexton.engine.runs.scheduler import Scheduler
from sexton.engine.services.entry import ENDED_FOR_GOOD, ServiceEntry
from sexton.engine.services.services import Services
from sexton.engine.shutdown import Parts, Shutdown
from sexton.engine.tables import JobEntry, RunEntry, World
from sexton.model.errors import SextonError
from sexton.model.job import OnFile
from sexton.model.ledger import Enlist, Enlisted, Latest, Row
from sexton.model.run import Outcome, Run
from sexton.model.units import SECOND, Instant

if TYPE_CHECKING:
    from sexton.engine.drain import Drain
    from sexton.engine.runs.arrivals import Arrivals
    from sexton.engine.runs.lateness import Lateness
    from sexton.model.listener import Listener
    from sexton.model.plan import Plan

FAILURES = (Outcome.FAILED, Outcome.TIMEOUT)


class Engine:
    """`finished` is called when everything that was ours has ended."""

    def __init__(self, world: World, left: Sequence[Row], finished: Callable[[], None], *, once: bool) -> None:
        self.world = world
        self.once = once
        self.failed = False  # whether a run of `once` did not succeed
        self.again = False  # whether Sexton is to start anew once everything has stopped
        self.recovered = self.resumed = self.enlisted = False  # how far the start has come
        self._when_resumed: list[Callable[[], None]] = []
        self.vet: Callable[[], None] = lambda: None  # raises ConfigError where that start would fail
        self.halted = False  # nothing is decided or claimed: the next image of Sexton will
        self.lives = Lives(world)
        self.room = Room(world, self.lives.claim)
        self.requests = Requests(world, self.room)
        self.scheduler = Scheduler(world, self.room, self.requests)
        self.services = Services(world, world.plan.services)
        parts = Parts(self.lives, self.services, self.scheduler, self.room)
        self.adopt_listeners(world.plan.listeners)
        self.adopt_sinks(world.plan)
        self.shutdown = Shutdown(world, parts, finished)
        if once:
            self.scheduler.stop()
        # a critical service's that has ended for good, or 1 for a critical job that failed
        self.exit_code: int | None = None
        self._housekeeping = Housekeeping(world)
        self._recovery = Recovery(world, self.requests, left, ended=self._recovered, resumed=self._resumed)
        self._unsettled = 1  # what still has to happen before `once` may be over
        self.lives.freed = self._freed
        self.lives.follow = self.requests.follow
        self.lives.again = self.requests.again
        self.requests.give_up = self.lives.give_up
        self.services.told = self._service_told
        self.drain: Drain | None = None  # once somebody asked for one
        self.arrivals: Arrivals | None = None  # while jobs of the plan wait for files

    def start_anew(self, why: str) -> None:
        """Stop everything and start it anew. Raises ConfigError, and changes nothing, where that start would fail."""
        if not self.shutdown.begun:
            self.vet()
        self.again = True
        self.shutdown.begin(why)

    def begin(self) -> None:
        """Call once the loop can turn."""
        self.world.store.ask(Latest(), self._learn_latest)
        self._recovery.begin()

    def halt(self) -> None:
        """Decide and claim nothing, on the way to the next image; what lives goes on."""
        self.halted = True
        self.rest()
        if self.world.notices is not None:
            self.world.notices.outbox.halt()

    def go_on(self) -> None:
        """Decide and claim again: there is no next image."""
        self.halted = False
        self.wake()
        if self.world.notices is not None:
            self.world.notices.outbox.go_on()

    def rest(self) -> None:
        """Decide and claim nothing."""
        self.scheduler.stop()
        self.room.close()

    def wake(self) -> None:
        """Decide and claim again, if nothing else is in the way."""
        if self.recovered and not (self.halted or self.world.draining or self.shutdown.begun):
            self.room.open()
            if not self.once:
                self.scheduler.go_on()
            if self.arrivals is not None:
                self.arrivals.look_at_all()

    def watch_for_files(self) -> None:
        """Begin anew for the jobs of the present plan that wait for files."""
        if self.arrivals is not None:
            self.arrivals.close()
            self.arrivals = None
        if self.once or self.world.hold:
            return
        if any(isinstance(job.on, OnFile) for job in self.world.plan.jobs.values()):
            from sexton.engine.runs.arrivals import Arrivals

            self.arrivals = Arrivals(self)

    def go_on_from(self, take_up: Callable[[], None]) -> None:
        """Begin as the next image of a Sexton that has started long ago: with what `take_up` puts into the tables."""
        take_up()
        self.announce_bounds()
        self.world.store.ask(Latest(), self._learn_latest)
        self.recovered = self.resumed = True
        if not self.world.draining:
            self.room.open()
        self.enlist()
        self.watch_for_files()
        self._housekeeping.begin()

    def adopt_listeners(self, listeners: Mapping[str, Listener]) -> None:
        """Go over to these listeners; nothing of it is loaded before there are some."""
        if self.world.listeners is None:
            if not listeners:
                return
            from sexton.engine.listeners.listeners import Listeners

            self.world.listeners = Listeners(self.world, self.services)
        self.world.listeners.adopt(listeners)

    def adopt_sinks(self, plan: Plan) -> Mapping[str, int]:
        """Go over to the sinks of a plan, and to what they are told; nothing of it is loaded before there are some.
        Answer: how many notices are given up, by sink that is gone."""
        if self.world.notices is None:
            if not plan.sinks:
                return {}
            from sexton.engine.notices.notices import Notices

            self.world.notices = Notices(self.world, self._is_unwell)
        return self.world.notices.adopt(plan)

    def _is_unwell(self) -> str:
        """What fails at present; empty when nothing does."""
        from sexton.engine.answers.health import health_of
        from sexton.model.health import Level

        failing = [check for check in health_of(self).checks if check.level is Level.FAIL]
        return "; ".join(f"{check.name}: {check.output}" for check in failing)

    def _learn_latest(self, rows: tuple[Row, ...] | SextonError) -> None:
        for row in rows if not isinstance(rows, SextonError) else ():
            entry = self.world.jobs.get(row.job)
            if entry is not None and entry.last is None:
                entry.last = row_view(row)

    def announce_bounds(self) -> None:
        """Say which bounds of the plan's processes cannot be had, before the first of them is started."""
        plan = self.world.plan
        for owners in (plan.services, plan.jobs):
            for owner in owners.values():
                if owner.process.bounds is not None:
                    self.world.spawner.announce(owner.process.bounds)

    def _recovered(self) -> None:
        if self.shutdown.begun:
            return
        self.announce_bounds()
        self.recovered = True
        if not self.world.draining:
            self.room.open()
        if not self.once:
            if self.world.listeners is not None:
                self.world.listeners.begin()
            self.services.begin()
            self.watch_for_files()
            self._housekeeping.begin()

    def _resumed(self) -> None:
        """What an earlier Sexton left stands in line: what this start and the clock call for stands behind it."""
        if not self.shutdown.begun:
            self.enlist()
            if not self.world.hold:
                self._start()
        self.resumed = True
        for call in self._when_resumed:
            call()
        self._when_resumed.clear()

    def when_resumed(self, call: Callable[[], None]) -> None:
        """Call at once, or when what an earlier Sexton left is no more in the way of anything."""
        if self.resumed:
            call()
        else:
            self._when_resumed.append(call)

    def _start(self) -> None:
        """Want what runs at each start."""
        for entry in self.world.jobs.values():
            if entry.job.schedule is not None and entry.job.schedule.at_start:
                self.requests.at_start(entry)

    def enlist(self) -> None:
        """Make the jobs of the plan known to the ledger, and wait for their fire times from then on."""
        schedules = {
            name: entry.job.schedule.signature if entry.job.schedule else "" for name, entry in self.world.jobs.items()
        }
        self.world.store.submit(Enlist(schedules, self.world.now()), self._enlisted)

    def _enlisted(self, answer: Enlisted | SextonError) -> None:
        if isinstance(answer, SextonError):
            self.world.logs.say("error", f"cannot make the jobs known to the ledger: {answer}; trying again")
            self.world.loop.after(SECOND, self.enlist)
            return
        for name, watermark in answer.watermarks.items():
            entry = self.world.jobs.get(name)  # a reload may have taken it out meanwhile
            if entry is not None:
                self.scheduler.enlist(entry, watermark)
                entry.owed = max(entry.owed, answer.owed[name])
                self.scheduler.arm(entry)
                if not self.once:
                    self._arm_lateness(entry)
        self.enlisted = True
        self._unsettled = 0
        self._check_once()

    def _freed(self, entry: RunEntry) -> None:
        if entry.run.again is None and entry.run.outcome not in (None, Outcome.SUCCEEDED):
            self.failed = True
        self.room.freed(entry)
        self._count(entry.run)
        self._heed_critical(entry)
        if self.arrivals is not None:
            self.arrivals.look(entry.run.job)
        if entry.run.outcome is Outcome.SUCCEEDED and entry.run.ended is not None:
            self.owes_nothing(entry.run.job, entry.run.ended)
        if self.world.notices is not None:
            self.world.notices.weigh_soon()
        self.shutdown.check()
        if self.drain is not None:
            self.drain.check()
        self.world.loop.post(self._check_once)  # after what follows the run was wanted

    def _count(self, run: Run) -> None:
        if run.again is None and run.outcome is not None and run.ended is not None:
            self.world.count(run.job, str(run.outcome))
            if run.outcome is Outcome.SUCCEEDED:
                self.world.succeeded[run.job] = run.ended

    @cached_property
    def _lateness(self) -> Lateness:
        from sexton.engine.runs.lateness import Lateness

        return Lateness(self.world)

    def _arm_lateness(self, entry: JobEntry) -> None:
        if entry.job.late_after is not None or entry.late_timer is not None or entry.late is not None:
            self._lateness.arm(entry)

    def owes_nothing(self, name: str, at: Instant) -> None:
        """The job has succeeded, or was resumed, at this moment."""
        entry = self.world.jobs.get(name)
        if entry is not None and entry.job.late_after is not None:
            self._lateness.settled(entry, at)
        elif entry is not None:
            entry.owed = max(entry.owed, at)

    def _heed_critical(self, entry: RunEntry) -> None:
        """Stop everything when a critical job has failed for good. What an earlier Sexton lost stops no new one."""
        run = entry.run
        if entry.job.critical and run.again is None and run.outcome in FAILURES and not self.shutdown.begun:
            self.exit_code = 1
            self.shutdown.begin(f"run {run.id} of the critical job {run.job} has failed")

    def _check_once(self) -> None:
        if not self.once or self.shutdown.begun:
            return
        if not self._unsettled and not self.world.runs and not self.room.waiting and not self.requests.apart:
            self.shutdown.begin("every run is over")

    def _service_told(self, entry: ServiceEntry) -> None:
        if entry.service.critical and entry.state in ENDED_FOR_GOOD and not self.shutdown.begun:
            self.exit_code = exit_code(entry.standing)
            self.shutdown.begin(f"the critical service {entry.service.name} has ended for good")
        if self.world.notices is not None:
            self.world.notices.service_told(entry)
        if self.world.reactions and not self.shutdown.begun:
            self._react(entry)
        self.shutdown.check()

    def _react(self, entry: ServiceEntry) -> None:
        from sexton.engine.runs.reactions import react

        react(self.world, self.requests, entry)
