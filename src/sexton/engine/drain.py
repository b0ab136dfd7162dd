"""Draining: no new run is started, those that go may end, services stay. For what is about to be replaced or moved.

What falls due meanwhile is found when the drain is lifted, or at the next start, as if Sexton had been away; what is
queued stays queued. A drain ends with the process it was asked of: the next start is as any other. Invariant: while
`world.draining`, nothing is decided and nothing claimed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.model.errors import Refused
from sexton.model.views import DrainView

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.ports import Answer


class Drain:
    """`told` are called when the last run has ended, and when the drain is lifted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world = engine.world
        self._told: list[Callable[[], None]] = []

    def view(self) -> DrainView:
        return DrainView(draining=self._world.draining, running=len(self._world.runs))

    def ask(self, off: bool, answer: Answer) -> None:
        """Begin, or lift it (`off`); asked again it is the same. Answer: a DrainView, or Refused."""
        if self._engine.shutdown.begun:
            answer(Refused("unavailable", "Sexton is stopping and starts nothing more"))
            return
        if off is self._world.draining:
            self._lift() if off else self._begin()
        answer(self.view())

    def follow(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at each change; the result unsubscribes."""
        self._told.append(wake)
        return lambda: self._told.remove(wake)

    def check(self) -> None:
        """Called whenever a run is over."""
        if self._world.draining and not self._world.runs:
            self._world.logs.say("info", "drained: no run is going", event="drained")
            self._tell()

    def _begin(self) -> None:
        self._world.draining = True
        self._engine.rest()
        going = len(self._world.runs)
        self._world.logs.say("info", f"draining: no run is started any more, {going} are going", event="draining")
        self.check()

    def _lift(self) -> None:
        self._world.draining = False
        self._engine.wake()
        self._world.logs.say("info", "the drain is lifted: runs are started again", event="drain_lifted")
        self._tell()

    def _tell(self) -> None:
        for wake in tuple(self._told):
            wake()
