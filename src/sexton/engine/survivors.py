"""Processes of ours that outlived what they belong to: found by our mark, asked to end, killed when they do not.

An earlier Sexton leaves them when it is killed, an ended run or service when it started something in the background.
Each gets its stop signal, and KILL after its stop timeout or the patience of the caller, whichever is shorter.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.model.process import Stop
from sexton.model.units import Duration

if TYPE_CHECKING:
    from sexton.engine.tables import World
    from sexton.ports import Carrier, Timer


class Survivors:
    """`gone` is called when the last of them has ended."""

    def __init__(self, world: World, gone: Callable[[], None]) -> None:
        self._world = world
        self._gone = gone
        self._alive: dict[int, tuple[Carrier, Timer]] = {}

    def __len__(self) -> int:
        return len(self._alive)

    def end(self, patience: Duration, *, spare: Callable[[Carrier], bool], why: str) -> None:
        """Ask every carrier of our mark to end but those to `spare`; asked again, only those found now."""
        for carrier in self._world.spawner.carriers(self._world.identity.mark):
            if spare(carrier):
                carrier.close()
            else:
                self._ask(carrier, patience, why)

    def _ask(self, carrier: Carrier, patience: Duration, why: str) -> None:
        stop = self._stop_of(carrier)
        said = f"{_name(carrier)}: pid {carrier.pid} {why}; ending it"
        self._world.logs.say("warning", said, event="survivor", pid=carrier.pid)
        timer = self._world.loop.after(min(stop.timeout, patience), lambda: carrier.signal(signal.SIGKILL))
        self._alive[carrier.fd] = carrier, timer
        self._world.loop.watch(carrier.fd, lambda: self._ended(carrier.fd))
        carrier.signal(stop.signal)

    def _stop_of(self, carrier: Carrier) -> Stop:
        plan = self._world.plan
        job = plan.jobs.get(carrier.env.get("SEXTON_JOB", ""))
        service = plan.services.get(carrier.env.get("SEXTON_SERVICE", ""))
        return job.process.stop if job else service.process.stop if service else Stop()

    def _ended(self, fd: int) -> None:
        carrier, timer = self._alive.pop(fd)
        timer.cancel()
        self._world.loop.unwatch(fd)
        carrier.close()
        if not self._alive:
            self._gone()


def _name(carrier: Carrier) -> str:
    env = carrier.env
    if "SEXTON_JOB" in env:
        return f"{env['SEXTON_JOB']} run {env.get('SEXTON_RUN_ID', '?')}"
    if "SEXTON_SINK" in env:
        return f"sink {env['SEXTON_SINK']}"
    return env.get("SEXTON_SERVICE", "a process")
