"""Services as supervisord's clients know them: groups that are read anew, added and removed one by one.

What the files say and what is in force may differ here for as long as a person likes: `reread` changes nothing, `add`
and `remove` take over one group's services. Loaded when such a client asks. Invariant: the plan in force has exactly
the services that the engine has, but for those that are still leaving.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sexton.core.reload import Difference, differ
from sexton.core.supervisord import group_name, groups
from sexton.engine.services.entry import AT_REST, ServiceEntry
from sexton.model.errors import Refused, SextonError
from sexton.model.log import STREAMS

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.engine.services.steering import Steering
    from sexton.model.plan import Plan
    from sexton.model.service import Service
    from sexton.model.supervisord import Described
    from sexton.ports import Answer, Program

NOWHERE = STREAMS[2]


class Programs:
    """Implements ports.Programs. `look` reads the plan's files."""

    def __init__(self, engine: Engine, steering: Steering, look: Callable[[Answer], None]) -> None:
        self._engine = engine
        self._steering = steering
        self._world = engine.world
        self._services = engine.services
        self._look = look
        self._read = self._then = engine.world.plan  # what the files last said, and the plan in force then
        self.now = engine.world.now
        self.follow = steering.follow_service
        self.follow_own = engine.world.logs.heard.follow
        self.clear = engine.world.logs.clear

    @property
    def stopping(self) -> bool:
        return self._engine.shutdown.begun

    @property
    def plan(self) -> Plan:
        return self._world.plan

    @property
    def planned(self) -> Mapping[str, Service]:
        return self._said.services

    @property
    def described(self) -> Mapping[str, Described]:
        return {} if self._said.supervisord is None else self._said.supervisord.described

    @property
    def _said(self) -> Plan:
        """What the files say, as far as anybody has looked."""
        return self._world.plan if self._world.plan is not self._then else self._read

    def all(self) -> Sequence[Program]:
        return tuple(self._services.entries.values())

    def logs(self, program: Program) -> tuple[str | None, str | None]:
        output: str | None = self._services.log_path(self._services.entries[program.service.name])
        log, errors = program.service.process.log, program.service.process.log.stderr
        if program.service.listener is not None:  # its log is that of standard error
            output, errors = None if log.answers is None else log.answers.file, output
        return None if output == NOWHERE else output, None if errors == NOWHERE else errors

    def disabled(self, name: str) -> bool:
        return ("service", name) in self._world.off

    def steer(self, names: Sequence[str], wish: str, answer: Answer, *, signum: int = 0, wait: bool = True) -> None:
        named = set(names)
        entries = [entry for name, entry in self._services.entries.items() if name in named]
        self._steering.order(entries, wish, answer, signum=signum, wait=wait)

    def feed(self, name: str, data: bytes) -> None:
        stdin = self._services.entries[name].stdin
        if stdin is None or stdin.fd < 0:
            raise Refused("conflict", f"nothing reads the standard input of {name}")
        if not stdin.write(data):
            closed = stdin.fd < 0
            why = "has closed it" if closed else "does not read what is there already"
            raise Refused("conflict" if closed else "unavailable", f"the standard input takes nothing: {name} {why}")

    def tell_listeners(self, kind: str, data: str) -> None:
        if self._world.listeners is not None:
            self._world.listeners.remote(kind, data)

    def reread(self, answer: Answer) -> None:
        def seen(plan: Plan | SextonError) -> None:
            if isinstance(plan, SextonError):
                answer(plan)
                return
            self._read, self._then = plan, self._world.plan
            answer(differ(_contents(self._world.plan), _contents(plan)))

        self._look(seen)

    def add(self, group: str) -> bool:
        members = groups(self.planned.values())[group]
        if group in groups(self._world.plan.services.values()):
            return False
        names = tuple(service.name for service in members)
        taken = next((self._services.entries[name] for name in names if name in self._services.entries), None)
        if taken is not None:
            where = group_name(taken.service)
            raise Refused("conflict", f"{taken.service.name} is still in the group {where}; remove that first")
        self._adopt({**self._world.plan.services, **{each.name: each for each in members}}, Difference((), names, ()))
        return True

    def remove(self, group: str) -> bool:
        members = self._members(group)
        if not members:
            raise KeyError(group)
        if any(entry.state not in AT_REST for entry in members):
            return False
        gone = tuple(entry.service.name for entry in members)
        left = {name: each for name, each in self._world.plan.services.items() if name not in gone}
        self._adopt(left, Difference(gone, (), ()))
        return True

    def leave(self, *, again: bool) -> None:
        if again:
            self._engine.start_anew("asked to start anew")
            return
        self._engine.again = False
        self._engine.shutdown.begin("asked to")

    def _members(self, group: str) -> list[ServiceEntry]:
        return [entry for entry in self._services.entries.values() if group_name(entry.service) == group]

    def _adopt(self, services: Mapping[str, Service], changes: Difference) -> None:
        if self.stopping:
            raise Refused("unavailable", "Sexton is stopping")
        if self._world.plan is not self._then:
            self._read = self._world.plan
        wanted = {service.listener for service in services.values()}
        known = {**self._read.listeners, **self._world.plan.listeners}
        listeners = {name: listener for name, listener in known.items() if name in wanted}
        now = self._world.plan._replace(services=services, listeners=listeners)
        if now.supervisord is not None:
            words = {**now.supervisord.described, **{n: self.described[n] for n in changes.new if n in self.described}}
            now = now._replace(supervisord=now.supervisord._replace(described=words))
        self._world.plan = self._then = now
        self._engine.announce_bounds()
        self._engine.adopt_listeners(listeners)
        self._services.adopt(services, changes)
        self._world.logs.say("info", f"services {changes}", event="reloaded")


def _contents(plan: Plan) -> Mapping[str, object]:
    """What makes up each group: its services, and what they are told as listeners."""
    return {
        name: (members, tuple(plan.listeners.get(each.listener or "") for each in members))
        for name, members in groups(plan.services.values()).items()
    }
