"""Services kept up: performs what core/services.py decides, in the order in which they depend on each other.

A service that shall run starts when all that it depends on runs, and stops when nothing that depends on it lives.
An end is answered in the turn that collects it. Invariant: every service that is not at rest has a process, a
deadline, or a dependency to wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sexton.core.order import dependants
from sexton.core.reload import Difference
from sexton.core.services import NEVER, TABLE, after_lingering, decide_service, meaning_of_end, while_closing
from sexton.engine import tell
from sexton.engine.arming import arm
from sexton.engine.environment import of_service
from sexton.engine.services.entry import ALIVE, AT_REST, ServiceEntry
from sexton.engine.services.sequence import ENDING, InTurn
from sexton.engine.services.signals import SIGKILL, Signals
from sexton.engine.services.streams import open_streams
from sexton.model.errors import SpawnError
from sexton.model.process import Reach
from sexton.model.run import Exit
from sexton.model.service import Service, ServiceEffect, ServiceEvent, ServiceState, Standing
from sexton.model.service import ServiceHappening as Happening
from sexton.model.units import Duration, Elapsed, Moment

if TYPE_CHECKING:
    from sexton.engine.services.priorities import StopByPriority
    from sexton.engine.tables import World
    from sexton.model.handover import ServiceLeft


class Services:
    """`told` is called whenever a service has reached another state."""

    def __init__(self, world: World, services: Mapping[str, Service]) -> None:
        self._world = world
        self.entries = {name: ServiceEntry(service) for name, service in services.items()}
        self.told: Callable[[ServiceEntry], None] = lambda entry: None
        self.signals = Signals(world)
        self.in_turn = InTurn(self)
        self.in_turn.dependants = dependants(services.values())
        self._stop_by: Elapsed | None = None  # the deadline of the whole, once Sexton is stopping
        self._by_priority: StopByPriority | None = None
        self._perform: dict[ServiceEffect, Callable[[ServiceEntry], None]] = {
            ServiceEffect.SWEEP: self.signals.sweep,
            ServiceEffect.SPAWN: self._spawn,
            ServiceEffect.SIGNAL_STOP: self.signals.stop,
            ServiceEffect.KILL: self.signals.kill,
        }

    @property
    def alive(self) -> set[str]:
        """Services with a process, or with something of it that is still being ended."""
        return {name for name, entry in self.entries.items() if entry.state in ALIVE}

    def begin(self) -> None:
        """Start what starts by itself; what depends on others waits for them."""
        for entry in self.entries.values():
            if self.by_itself(entry.service):
                self.start(entry)

    def take_up(self, entry: ServiceEntry, left: ServiceLeft) -> None:
        """Go on with a service where the last image of Sexton left off."""
        entry.service, entry.standing, entry.leaving = left.service, left.standing, left.leaving
        pid = left.standing.pid
        arm(self._world.loop, entry, left.deadline, lambda: self._on_deadline(entry))
        if left.lives:
            self._world.children.adopt(pid, lambda ended: self._exited(entry, pid, ended))
        self._await_group(entry)

    def _await_group(self, entry: ServiceEntry) -> None:
        if entry.state is ServiceState.LINGERING:
            self._world.children.await_group(entry.standing.pid, lambda: self._settle(entry))

    def adopt(self, services: Mapping[str, Service], changes: Difference) -> None:
        """Go over to the services of a new plan: those that did not change keep their processes."""
        from sexton.engine.services.adoption import adopt  # there may never be another plan

        adopt(self._world, self, services, changes)

    def by_itself(self, service: Service) -> bool:
        """Whether the service starts without being asked."""
        return service.autostart and ("service", service.name) not in self._world.off

    def forget_left(self, entry: ServiceEntry) -> None:
        """Forget a service that the plan has no more, when nothing of it lives."""
        if entry.leaving and entry.state in AT_REST and self.entries.get(entry.service.name) is entry:
            del self.entries[entry.service.name]

    def start_all(self, entries: Iterable[ServiceEntry]) -> None:
        """Start what a person names; what depends on others waits for them."""
        for entry in entries:
            self.in_turn.forget(entry.service.name)
            self.start(entry)

    def start(self, entry: ServiceEntry) -> None:
        self._happen(entry, ServiceEvent(Happening.START if self._may_start(entry) else Happening.HOLD))

    def stop(self, entry: ServiceEntry) -> None:
        within = None if self._stop_by is None else max(0, self._stop_by - self._world.loop.clock.now().elapsed)
        self._happen(entry, ServiceEvent(Happening.STOP, within=within))

    def restart(self, entry: ServiceEntry) -> None:
        """A new process, also when none runs now."""
        if entry.state in ALIVE or self._may_start(entry):
            self._happen(entry, ServiceEvent(Happening.RESTART))
        else:
            self._happen(entry, ServiceEvent(Happening.HOLD))

    def log_path(self, entry: ServiceEntry) -> str:
        """Where its output goes, or will go once it is started."""
        service = entry.service
        return entry.log.path if entry.log else self._world.logs.service_path(service.name, service.process.log)

    def stop_all(self, within: Duration) -> None:
        """Stop everything, dependants first, all by one deadline; asked again with less, hurry."""
        self._stop_by = self._world.loop.clock.now().elapsed + within
        entries = [entry for entry in self.entries.values() if entry.state not in AT_REST]
        if within and len({entry.service.group_priority for entry in entries}) > 1:
            from sexton.engine.services.priorities import StopByPriority

            listeners = self._world.listeners
            busy = (lambda: listeners.busy) if listeners is not None else (lambda: False)
            self._by_priority = StopByPriority(self._world.loop, self.in_turn, self._stop_by, busy)
            self._by_priority.begin(entries)
        else:
            self._by_priority = None
            self.in_turn.stop(entries)

    def heard_out(self) -> None:
        """A listener has answered: it may be its turn to stop."""
        if self._by_priority is not None:
            self._by_priority.look()

    def _may_start(self, entry: ServiceEntry) -> bool:
        """Whether everything that it depends on runs."""
        needed = entry.service.depends_on
        return all(name in self.entries and self.entries[name].state is ServiceState.RUNNING for name in needed)

    def _happen(self, entry: ServiceEntry, event: ServiceEvent, at: Moment | None = None) -> None:
        """Put one event to the service's life table and perform what comes of it. `at`: when it was, if not now."""
        left = while_closing(entry.state, event) if self._world.stopping else event
        if left is None:
            return
        event = left
        if TABLE[entry.state, event.kind] is NEVER:
            name = entry.service.name
            self._world.logs.say("error", f"defect: {event.kind} came while {name} was {entry.state}; ignored")
            return
        now = at or self._world.loop.clock.now()
        entry.standing, effects, deadline = decide_service(entry.standing, entry.service, event, now, entry.deadline)
        arm(self._world.loop, entry, deadline, lambda: self._on_deadline(entry))
        self._await_group(entry)
        moved = entry.standing
        for effect in effects:
            if effect is ServiceEffect.TELL:
                self._tell(entry, moved)
            else:
                self._perform[effect](entry)

    def _on_deadline(self, entry: ServiceEntry) -> None:
        if entry.state is ServiceState.LINGERING:
            self._world.killed = True
            self._world.spawner.signal_group(entry.standing.pid, SIGKILL)
            self._settle(entry)
        elif entry.state is ServiceState.BACKOFF and not self._may_start(entry):
            self._happen(entry, ServiceEvent(Happening.HELD))
        else:
            self._happen(entry, ServiceEvent(Happening.DEADLINE))

    def _settle(self, entry: ServiceEntry) -> None:
        """The group of a stopped process is gone, or has had its time: what is left of it is swept."""
        if entry.state is ServiceState.LINGERING:
            self._end(entry, ServiceEvent(after_lingering(entry.standing)))

    def _end(self, entry: ServiceEntry, event: ServiceEvent) -> None:
        """An end; the new process that it calls for waits when something it depends on does not run."""
        if event.kind is Happening.AGAIN and not self._may_start(entry):
            self._happen(entry, event._replace(kind=Happening.GONE))
            self.start(entry)
        elif event.kind is Happening.REPLACE and not self._may_start(entry):
            self._happen(entry, event._replace(kind=Happening.HELD))
        else:
            self._happen(entry, event)

    def _exited(self, entry: ServiceEntry, pid: int, ended: Exit) -> None:
        if entry.log is not None:
            entry.log.finish()
        answered = self._heard_to_the_end(entry)
        if entry.stdin is not None:
            entry.stdin.close()
            entry.stdin = None
        leaving = self._world.spawner.group_alive(pid)
        now = self._world.loop.clock.now()
        if entry.state is ServiceState.STARTING and entry.deadline is not None and now.elapsed >= entry.deadline:
            self._happen(
                entry, ServiceEvent(Happening.DEADLINE)
            )  # it lived that long, although we hear of both at once
        service = entry.service
        condemned, entry.condemned = entry.condemned, ""
        if condemned:
            service = service._replace(success_codes=frozenset())
        elif answered and ended.code in service.success_codes:
            service = service._replace(budget=None)  # a process for each event is how some listeners are written
        kind = meaning_of_end(entry.standing, service, ended, leaving, now)
        if leaving and kind is not Happening.LEAVING and service.process.stop.kill_reach is Reach.GROUP:
            self._world.spawner.signal_group(pid, SIGKILL)  # a new process must find its ports and locks free
        self._end(entry, ServiceEvent(kind, exit=ended, reason=condemned))

    def _heard_to_the_end(self, entry: ServiceEntry) -> bool:
        """Of a listener: whether its process, which has ended, has accepted an event."""
        listeners = self._world.listeners
        return listeners is not None and listeners.ended(entry, entry.state in ENDING)

    def _not_started(self, entry: ServiceEntry, reason: str) -> None:
        now = self._world.loop.clock.now()
        kind = meaning_of_end(entry.standing, entry.service, None, False, now)
        self._happen(entry, ServiceEvent(kind, reason=reason))

    def _spawn(self, entry: ServiceEntry) -> None:
        world, process = self._world, entry.service.process
        began = world.loop.clock.now()
        try:
            child = world.spawn(process, of_service(world, entry.service))
        except SpawnError as error:
            self._not_started(entry, str(error))
            return
        world.children.adopt(child.pid, lambda ended: self._exited(entry, child.pid, ended))
        world.starts[entry.service.name] = world.starts.get(entry.service.name, 0) + 1
        open_streams(world, entry, child)
        self._happen(entry, ServiceEvent(Happening.ALIVE, pid=child.pid), began)
        if not entry.service.start_seconds:
            self._happen(entry, ServiceEvent(Happening.DEADLINE))

    def _tell(self, entry: ServiceEntry, standing: Standing) -> None:
        """Say how it stands. When the start has failed meanwhile, that was said instead."""
        if entry.state is not standing.state:
            return
        tell.service(self._world.logs, entry, standing)
        if self._world.listeners is not None:
            self._world.listeners.service_told(entry)
        if entry.state is ServiceState.RUNNING:
            for waiting in self._entries(self.in_turn.dependants.get(entry.service.name, ())):
                if waiting.state is ServiceState.WAITING:
                    self.start(waiting)
        elif entry.state not in ALIVE:
            self.in_turn.look_at_needs(entry)
        entry.wake()  # after its dependants have begun: who waits for all of a group must not find it settled
        self.forget_left(entry)
        if self._by_priority is not None:
            self._by_priority.look()
        self.told(entry)

    def _entries(self, names: Iterable[str]) -> Iterator[ServiceEntry]:
        return (self.entries[name] for name in names if name in self.entries)
