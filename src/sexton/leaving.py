"""What one image of Sexton leaves to the next, gathered from all adapters, and the step itself.

Loaded when Sexton is to be replaced in place; what the next image makes of it is takeover.py's. Invariant: what is
open and has to stay open is in `descriptors`, everything else closes with the exec.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sexton import __version__
from sexton.core.reload import LIVE
from sexton.engine import handover
from sexton.logs.handover import descriptors
from sexton.model.errors import HandOverError, SextonError
from sexton.model.handover import CLOSED, VERSION, EngineLeft, HandOver, LogsLeft, OutletLeft
from sexton.model.image import TRIAL, VARIABLE
from sexton.model.plan import Settings
from sexton.model.units import Duration
from sexton.spawn import image
from sexton.wire.handover import encode

if TYPE_CHECKING:
    from sexton.api.doors.doors import Doors
    from sexton.engine.engine import Engine
    from sexton.engine.loop.reactor import Reactor
    from sexton.logs.keeper import LogKeeper
    from sexton.logs.outlet import Outlet
    from sexton.spawn.keyring import Keyring
    from sexton.spawn.spawner import Spawner


class Holdings(NamedTuple):
    """What this image has. `settings` are those in force, `environ` is what plans are made with, `lock` holds the
    state, `outlets` are standard output and standard error."""

    reactor: Reactor
    engine: Engine
    logs: LogKeeper
    outlets: tuple[Outlet, Outlet]
    doors: Doors
    keyring: Keyring | None
    lock: int | None
    settings: Settings
    environ: Mapping[str, str]
    ignored: frozenset[int]
    spawner: Spawner


class NextImage:
    """Implements engine/reexec.py's Image."""

    def __init__(self, holdings: Holdings) -> None:
        self._has = holdings
        self.stay = holdings.doors.resume
        self.command = image.command()

    def on_trial(self) -> tuple[Mapping[str, str], str]:
        return {**self._has.engine.world.environ, VARIABLE: TRIAL}, encode(self._left()).decode()

    def part(self, within: Duration, done: Callable[[], None]) -> None:
        self._has.doors.suspend(within, done)

    def become(self) -> None:
        """No signal is lost: what comes from here on waits until the next image takes it."""
        reactor = self._has.reactor
        if not reactor.hold_signals():
            return
        try:
            left = self._left()
            content = encode(left)
            if reactor.hold_signals():  # nothing has come meanwhile by way of another thread
                image.become(content, left.descriptors, self._has.engine.world.environ)
        finally:
            reactor.release_signals()

    def _left(self) -> HandOver:
        try:
            return self._gathered()
        except SextonError:
            raise
        except Exception as defect:  # an upgrade may have put parts of another version beside those that are loaded
            raise HandOverError(f"cannot gather what is to be left to the new image: {defect!r}") from defect

    def _gathered(self) -> HandOver:
        has = self._has
        numbers = has.logs.leaving()
        engine = handover.leave_behind(has.engine, numbers.number)
        stdout, stderr = has.outlets
        logs = has.logs.leave_behind(numbers)._replace(
            output=OutletLeft(stdout.waiting, stdout.dropped), errors=OutletLeft(stderr.waiting, stderr.dropped)
        )
        left = HandOver(
            VERSION,
            __version__,
            os.getpid(),
            engine._replace(plan=engine.plan._replace(settings=self._settings(engine.plan.settings))),
            logs,
            has.environ,
            tuple(map(int, has.ignored)),
            CLOSED if has.lock is None else has.lock,
            None if has.keyring is None else has.keyring.leave_behind(),
            tuple(has.logs.redactor.known) if has.logs.redactor is not None else (),
            has.doors.leave_behind(),
            sockets=has.spawner.leave_sockets(),
        )
        return left._replace(descriptors=tuple(fd for fd in _descriptors(left) if fd != CLOSED))

    def _settings(self, planned: Settings) -> Settings:
        """The settings in force; others of the plan wait for the next start, which this is not."""
        return self._has.settings._replace(**{name: getattr(planned, name) for name in LIVE})


def _descriptors(left: HandOver) -> Iterator[int]:
    yield from _of_logs(left.logs)
    yield from _of_processes(left.engine)
    yield left.lock
    yield left.doors.socket
    yield left.doors.tcp
    yield from (each.listener for each in left.doors.further)
    yield from (each.fd for each in left.sockets)
    if left.secrets is not None and left.secrets.folder:
        yield left.secrets.lock


def _of_processes(engine: EngineLeft) -> Iterator[int]:
    """Those by which they are fed and heard, besides their logs'."""
    yield from (service.stdin for service in engine.services)
    for delivery in engine.deliveries:
        yield from (delivery.output, delivery.errors)
    yield from (run.report for run in engine.runs)
    for listener in engine.listeners.listeners if engine.listeners is not None else ():
        yield from (member.output for member in listener.members)


def _of_logs(logs: LogsLeft) -> list[int]:
    return descriptors(logs.files, logs.pumps)
