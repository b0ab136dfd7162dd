"""Switching off and on again what a person does not want for a while; the ledger remembers it over restarts.

A paused job's fire times are recorded as skipped, and it may still be run by hand. A disabled service is stopped and
not started until it is enabled, whatever happens to Sexton meanwhile. While Sexton stops, everything is remembered for
the next start but the wish to start a service.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.engine.engine import Engine
from sexton.model.errors import Refused, SextonError
from sexton.model.ledger import Switch

if TYPE_CHECKING:
    from sexton.ports import Answer


class Switches:
    """`tell` shows what was switched, once that is durable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world = engine.world

    def job(self, name: str, off: bool, answer: Answer, show: Callable[[], None]) -> None:
        """Pause or resume a job."""
        if name not in self._world.jobs:
            answer(Refused("not_found", f"there is no job {name!r}"))
        else:
            self._remember("job", name, off, answer, show)

    def service(self, name: str, off: bool, answer: Answer, show: Callable[[], None]) -> None:
        """Disable (and stop) or enable (and start) a service."""
        services = self._engine.services
        entry = services.entries.get(name)
        if entry is None:
            answer(Refused("not_found", f"there is no service {name!r}"))
            return
        if not off and self._world.stopping:
            answer(Refused("unavailable", "Sexton is stopping and starts nothing more"))
            return

        def switched() -> None:
            if off:
                services.in_turn.stop([entry])
            elif self._engine.recovered:  # else the services begin later, this one with them
                services.start_all([entry])
            show()

        self._remember("service", name, off, answer, switched)

    def _remember(self, kind: str, name: str, off: bool, answer: Answer, switched: Callable[[], None]) -> None:
        def durable(error: SextonError | None) -> None:
            if isinstance(error, SextonError):
                answer(error)
                return
            if off:
                self._world.off.add((kind, name))
            else:
                self._world.off.discard((kind, name))
            if kind == "job" and not off:
                self._engine.owes_nothing(name, self._world.now())
            word = {"job": ("resumed", "paused"), "service": ("enabled", "disabled")}[kind][off]
            self._world.logs.say("info", f"{name}: {word}", event=word)
            switched()

        self._world.store.submit(Switch(kind, name, off, self._world.now()), durable)
