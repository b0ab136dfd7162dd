"""For a real supervisord: with this module as an `[rpcinterface:…]` its listeners may have `TICK_n` for any n, on time.

supervisord imports such modules before it reads its listeners, whose events it then looks up by name; where it has a
server section it also calls `make_rpcinterface`, and is awake when a slice begins. Nothing of supervisor is imported
here: it is supervisord that imports this. Invariant: what it does by itself stays as it is; who subscribes to TICK or
EVENT is told of the three ticks that it has always had.
"""

import sys
import time
from collections.abc import Iterable
from typing import Any

from sexton.core.event_tree import LONGEST_TICK, period_of
from sexton.engine.loop.linux import WallTimer
from sexton.model.units import SECOND, Instant

EVENTS = "supervisor.events"


def accept_every_tick(events: Any) -> None:
    """Let the module `supervisor.events` have an event for each `TICK_n`, made when its name is first looked up."""

    class EveryTick(type):
        def __getattr__(cls, name: str) -> type:
            period = period_of(name)
            if period is None or period > LONGEST_TICK:
                raise AttributeError(name)
            event = type(f"Tick{period}Event", (Tick,), {"period": period})
            events.TICK_EVENTS.append(event)
            events.register(name, event)
            return event

    known = {name: event for name, event in vars(events.EventTypes).items() if not name.startswith("_")}
    events.EventTypes = EveryTick("EventTypes", (), known)


class Tick:
    """An event as supervisord makes its own ticks, though none of its classes: these are what TICK and EVENT cover."""

    period: int

    def __init__(self, when: int, supervisord: object) -> None:
        self.when = when
        self.supervisord = supervisord

    def payload(self) -> str:
        return f"when:{self.when}"


class Alarm:
    """Wakes supervisord at the beginning of each slice, as one of the dispatchers that its loop polls."""

    def __init__(self, supervisord: Any, events: Any) -> None:
        self._supervisord = supervisord
        self._events = events
        self._timer: WallTimer | None = WallTimer()
        self._fd = self._timer.fd
        supervisord.options.get_socket_map()[self._fd] = self
        events.subscribe(events.SupervisorStoppingEvent, lambda event: self.close())

    def of(self, supervisord: object) -> bool:
        return self._supervisord is supervisord

    def readable(self) -> bool:
        """Asked before each poll."""
        if self._timer is None:
            return False
        periods = (event.period for event in self._events.TICK_EVENTS)
        self._timer.arm(next_slice(periods, time.time_ns() // 1000))
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        """Tick now: listeners are sent what they wait for later in this same turn, after a tick of supervisord's own
        only in the next one, up to a second later."""
        if self._timer is not None:
            self._timer.acknowledge()
            self._supervisord.tick()

    def handle_error(self) -> None:
        """Called in the handler of what went wrong."""
        self._supervisord.options.logger.critical(f"sexton: ticks may be late from now on: {sys.exc_info()[1]!r}")
        self.close()

    def close(self) -> None:
        """Before a restart, which closes descriptors without asking whose they are."""
        if self._timer is not None:
            self._supervisord.options.poller.unregister_readable(self._fd)
            del self._supervisord.options.get_socket_map()[self._fd]
            self._timer.close()
            self._timer = None


def next_slice(periods: Iterable[int], now: Instant) -> Instant:
    """When the next slice of any of these periods (seconds) begins."""
    return min(now - now % (period * SECOND) + period * SECOND for period in periods)


class Interface:
    """What clients could call as `sexton.…`: nothing."""


def make_rpcinterface(supervisord: Any) -> Interface:
    """The factory, `supervisor.rpcinterface_factory`. Called once for each server section."""
    dispatchers = supervisord.options.get_socket_map().values()
    if not any(isinstance(each, Alarm) and each.of(supervisord) for each in dispatchers):
        Alarm(supervisord, sys.modules[EVENTS])
    return Interface()


if EVENTS in sys.modules:
    accept_every_tick(sys.modules[EVENTS])
