"""The listeners of the plan, and the events that happen for them: what becomes of services and groups, what processes
write, what others send, and the ticks of the clock.

Loaded for plans with listeners alone (`World.listeners` is None otherwise). Where it stops: how an event gets to a
process is listener.py's. Invariant: an event reaches each listener that wants it once, however many of its
subscriptions cover it, and has one serial number for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sexton.core.event_tree import periods
from sexton.core.passage import passage
from sexton.core.supervisord import group_name, process_name
from sexton.engine.listeners.listener import ListenerEntry
from sexton.engine.listeners.member import Member
from sexton.engine.listeners.ticks import Ticks
from sexton.model.listener import Event, Listener, ListenerHappening
from sexton.model.service import Service, ServiceState
from sexton.wire import payload
from sexton.wire.listener import Said

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.engine.services.services import Services
    from sexton.engine.tables import World
    from sexton.ports import Child, Ear


class Shown:
    """One service as listeners know it: the last state that they were told, in supervisord's word, and its process."""

    __slots__ = ("pid", "state")

    def __init__(self) -> None:
        self.state = "STOPPED"
        self.pid = 0


class Listeners:
    """`services` are told of processes that do not keep to the protocol."""

    def __init__(self, world: World, services: Services) -> None:
        self._world = world
        self._services = services
        self._shown: dict[str, Shown] = {}
        self._routes: dict[str, tuple[ListenerEntry, ...]] = {}  # by event
        self.serial = -1  # of the last event, as supervisord counts: from 0
        self.ticks = Ticks(world.loop, self._tick)
        self.entries: dict[str, ListenerEntry] = {}
        self._groups = self._groups_there()
        for entry in services.entries.values():
            self._show(entry)

    # What happens

    def begin(self) -> None:
        """Sexton begins to start services."""
        self._groups = ()
        self.groups_changed()
        self.post("SUPERVISOR_STATE_CHANGE_RUNNING", lambda: "")

    def stopping(self) -> None:
        """Sexton begins to stop."""
        self.post("SUPERVISOR_STATE_CHANGE_STOPPING", lambda: "")

    def remote(self, kind: str, data: str) -> None:
        """Somebody sends listeners something."""
        self.post("REMOTE_COMMUNICATION", lambda: payload.remote_communication(kind, data))

    def clock_set(self) -> None:
        self.ticks.clock_set()

    def service_told(self, entry: ServiceEntry) -> None:
        """A service has reached another state, perhaps by others that nobody was told of."""
        shown = self._shown.setdefault(entry.service.name, Shown())
        way = passage(shown.state, entry.state)
        for to in way:
            self._post_state(entry, shown, to, early="BACKOFF" in way)
            shown.state = to
        shown.pid = entry.standing.pid or shown.pid
        if entry.leaving and entry.state in (ServiceState.STOPPED, ServiceState.EXITED, ServiceState.FATAL):
            del self._shown[entry.service.name]
        member = self._member(entry)
        if member is not None and entry.state is ServiceState.RUNNING:
            self._world.loop.post(self.entries[entry.service.listener or ""].offer)

    def groups_changed(self) -> None:
        """Services have come or gone: tell which groups that are."""
        before, self._groups = self._groups, self._groups_there()
        for group in (group for group in self._groups if group not in before):
            self._post_group("ADDED", group)
        for group in (group for group in before if group not in self._groups):
            self._post_group("REMOVED", group)

    def post(self, name: str, said: Callable[[], str]) -> None:
        """Tell an event; `said` makes its payload when somebody wants it."""
        wanting = self._routes.get(name)
        if wanting is None:
            wanting = self._routes[name] = tuple(entry for entry in self.entries.values() if entry.wants(name))
        if not wanting:
            return
        self.serial += 1
        event = Event(name, said(), self.serial)
        for listener in wanting:
            listener.accept(event)

    @property
    def busy(self) -> bool:
        """Whether there are events that some process is about to be told, or to answer."""
        return any(listener.busy for listener in self.entries.values())

    # Processes

    def started(self, entry: ServiceEntry, child: Child) -> None:
        """A process of a listener was started: its output is the protocol."""
        self.join(entry, child.output)

    def join(self, entry: ServiceEntry, output: int) -> Member:
        """Hear a process from now on."""
        member = entry.member = Member(self._world.loop, entry, output, self._said)
        answers = entry.service.process.log.answers
        if answers is not None and output >= 0:
            member.copy = self._world.logs.open_answers(entry.service.name, answers)
        self.entries[entry.service.listener or ""].members[entry.service.name] = member
        return member

    def ended(self, entry: ServiceEntry, asked: bool) -> bool:
        """A process has ended, `asked` to or by itself; whether it is a listener's that has accepted an event."""
        member = self._member(entry)
        if member is not None:
            listener = self.entries[entry.service.listener or ""]
            member.end()
            kind = ListenerHappening.STOPPED if asked else ListenerHappening.DIED
            listener.happen(member, kind, "its process ended before it had answered")
            del listener.members[entry.service.name]
            entry.member = None
        return member is not None and member.accepted

    def ear(self, entry: ServiceEntry, pid: int, channel: str) -> Ear | None:
        """Who hears that channel of a process, if anyone."""
        log = entry.service.process.log
        if not any(log.capture) and channel not in log.events:
            return None
        from sexton.engine.listeners.ears import ChannelEar

        return ChannelEar(self, entry, pid, channel)

    def named(self, service: Service) -> tuple[str, str]:
        """What events call a service: its process's name, and its group's."""
        return process_name(service), group_name(service)

    # Plans

    def adopt(self, listeners: Mapping[str, Listener]) -> None:
        """Go over to the listeners of a new plan; what waits for those that stay goes on waiting."""
        for name in [name for name in self.entries if name not in listeners]:
            self.entries[name].close()
            del self.entries[name]
        for name, listener in listeners.items():
            if name in self.entries:
                self.entries[name].adopt(listener)
            else:
                self.entries[name] = ListenerEntry(self._world, self._services, listener)
        self._routes = {}
        self.ticks.want(periods(event for listener in listeners.values() for event in listener.events))

    @property
    def shown(self) -> dict[str, tuple[str, int]]:
        """The state and process of each service that were told last, for the next image of Sexton."""
        return {name: (shown.state, shown.pid) for name, shown in self._shown.items()}

    def take_up(self, serial: int, shown: Mapping[str, tuple[str, int]]) -> None:
        """Go on where the last image left off."""
        self.serial = serial
        self._groups = self._groups_there()
        for name, (state, pid) in shown.items():
            own = self._shown[name] = Shown()
            own.state, own.pid = state, pid

    def _groups_there(self) -> tuple[str, ...]:
        there = (entry.service for entry in self._services.entries.values() if not entry.leaving)
        return tuple(dict.fromkeys(map(group_name, there)))

    def _show(self, entry: ServiceEntry) -> None:
        """What is the case already when the first listener comes is told nobody."""
        shown = self._shown[entry.service.name] = Shown()
        shown.state = ("STOPPED", *passage("STOPPED", entry.state))[-1]
        shown.pid = entry.standing.pid

    def _member(self, entry: ServiceEntry) -> Member | None:
        listener = self.entries.get(entry.service.listener or "")
        return None if listener is None else listener.members.get(entry.service.name)

    def _said(self, member: Member, said: Said) -> None:
        self.entries[member.entry.service.listener or ""].happen(member, said.kind, said.why or "it did not answer OK")

    def _tick(self, period: int, began: int) -> None:
        self.post(f"TICK_{period}", lambda: payload.tick(began))

    def _post_group(self, what: str, group: str) -> None:
        self.post(f"PROCESS_GROUP_{what}", lambda: payload.process_group(group))

    def _post_state(self, entry: ServiceEntry, shown: Shown, to: str, *, early: bool) -> None:
        """`early`: on its way it ended before it was RUNNING, which counts from BACKOFF on."""
        process, group = self.named(entry.service)
        standing = entry.standing
        ended = standing.exit or standing.before  # the next process may have been started already
        expected = ended is not None and ended.code in entry.service.success_codes
        pid = standing.pid if to in ("RUNNING", "STOPPING") else shown.pid
        tries = standing.falls + (entry.state is ServiceState.FATAL) - (early and to == "STARTING")
        before = shown.state
        if to == "BACKOFF":
            shown.pid = 0

        def said() -> str:
            return payload.process_state(to, process, group, before, tries=tries, expected=expected, pid=pid)

        self.post(f"PROCESS_STATE_{to}", said)
