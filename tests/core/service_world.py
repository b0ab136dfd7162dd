"""The world around one service, as small as it can be: what becomes of its process, and who wishes what.

`possible` says what can happen next, in reality, not according to the table; `happen` lets it happen. What an end means
is asked of `meaning_of_end`, as the engine does.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sexton.core.services import after_lingering, decide_service, meaning_of_end
from sexton.model.process import Process, Stop
from sexton.model.run import Exit
from sexton.model.service import Service, ServiceEffect, ServiceEvent, ServiceHappening, ServiceState, Standing
from sexton.model.units import SECOND, Elapsed, Moment

SERVICE = Service("web", Process(("./web",), stop=Stop(timeout=10 * SECOND)))
WALL = 1_795_334_400_000_000
H, E, S = ServiceHappening, ServiceEffect, ServiceState
WISHES = (H.START, H.HOLD, H.STOP, H.RESTART)


class ServiceWorld(NamedTuple):
    """`group` is the state of the process group: `none`, `alive`, `left` (its leader has ended)."""

    standing: Standing = Standing("web")
    deadline: Elapsed | None = None
    spawning: bool = False
    group: str = "none"
    now: Elapsed = 0
    service: Service = SERVICE

    @property
    def state(self) -> ServiceState:
        return self.standing.state

    def possible(self) -> Iterator[str]:
        """What can happen now: a happening's name, or `exit`, `exit leaving`, `cannot start`, `group gone`. A start
        is answered within the turn, so that nothing comes between. `held`: the same while something it depends on does
        not run."""
        if self.spawning:
            yield from ("alive", "cannot start")
            return
        yield from WISHES
        if self.group == "alive":
            yield from ("exit", "exit held", "exit leaving")
        if self.group == "left":
            yield "group gone"
        if self.deadline is not None:
            yield "deadline"
            if self.state is S.BACKOFF:
                yield "held"

    def happen(
        self, what: str, passed: int = 0, *, code: int | None = 0, within: int | None = None
    ) -> tuple["ServiceWorld", tuple[ServiceEffect, ...]]:
        """The world `passed` microseconds later, after `what` (a deadline comes no earlier than it says)."""
        now, deadline = self.now + passed, self.deadline
        if what in ("deadline", "held"):
            now, deadline = max(now, deadline or 0), None
        moment = Moment(WALL + now, now)
        event = self.event(what, moment, code, within)
        standing, effects, later = decide_service(self.standing, self.service, event, moment, deadline)
        world = self._replace(
            standing=standing,
            deadline=later,
            now=now,
            spawning=E.SPAWN in effects,
            group=self._group_after(what, standing.state),
        )
        return world, effects

    def event(self, what: str, now: Moment, code: int | None = 0, within: int | None = None) -> ServiceEvent:
        """What the engine makes of it."""
        if what in ("exit", "exit held", "exit leaving"):
            ended = Exit(code, 9 if code is None else None, 1000, 4096)
            kind = meaning_of_end(self.standing, self.service, ended, what == "exit leaving", now)
            if what == "exit held" and kind is H.REPLACE:
                kind = H.HELD
            return ServiceEvent(kind, exit=ended)
        if what == "cannot start":
            kind = meaning_of_end(self.standing, self.service, None, False, now)
            return ServiceEvent(kind, reason="no such file")
        if what == "group gone" or (what == "deadline" and self.state is S.LINGERING):
            settled = self.state is S.LINGERING
            return ServiceEvent(after_lingering(self.standing) if settled else H.GONE)
        return ServiceEvent(H(what), pid=1234 if what == "alive" else 0, within=within)

    def _group_after(self, what: str, state: ServiceState) -> str:
        match what:
            case "alive":
                return "alive"
            case "exit leaving" if state is S.LINGERING:
                return "left"
            case "exit" | "exit held" | "exit leaving" | "group gone":
                return "none"
        return "none" if state in (S.STOPPED, S.STARTING) and self.group == "left" else self.group

    def answer_to_come(self) -> bool:
        """Whether something will move the service on even if nobody wishes anything."""
        return self.spawning or self.group == "alive" or self.deadline is not None


def after(*whats: str, service: Service = SERVICE, code: int | None = 0, passed: int = 0) -> ServiceWorld:
    """The world after all this, `passed` apart."""
    world = ServiceWorld(service=service)
    for what in whats:
        world, _ = world.happen(what, passed, code=code)
    return world


def explore(service: Service) -> set[tuple[ServiceState, ServiceHappening]]:
    """Every (state, happening) that reality can bring about."""
    seen: set[tuple[object, ...]] = set()
    pairs: set[tuple[ServiceState, ServiceHappening]] = set()
    frontier = [ServiceWorld(service=service)]
    while frontier:
        world = frontier.pop()
        for what in world.possible():
            pairs.add((world.state, world.event(what, Moment(0, world.now)).kind))
            later, _ = world.happen(what)
            standing = later.standing
            key = (*later[2:4], later.state, later.deadline is None, standing.again, len(standing.replaced))
            if key not in seen:
                seen.add(key)
                frontier.append(later)
    return pairs
