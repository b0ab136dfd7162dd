"""What signals mean to a Sexton that keeps a plan, and what a step of its clock does.

How they are heard is engine/loop/signals.py's, what came before there was a loop early.py's. Invariant: whoever asks
for a stop gets one, however often, and the first signal that did is the one that counts.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sexton.early import STOPS
from sexton.engine.loop.signals import spelled

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.logs.keeper import LogKeeper


class Hearing:
    """`reload` is called when the files are to be read again."""

    def __init__(self, engine: Engine, logs: LogKeeper, reload: Callable[[], None]) -> None:
        self.stopped_by = 0  # the first signal that asked for a stop
        self._engine = engine
        self._logs = logs
        self._reload = reload

    def meanings(self) -> dict[int, Callable[[], None]]:
        """What signals call for; the command line's page names them."""
        return {
            **{number: partial(self._stop, number) for number in STOPS},
            signal.SIGHUP: self._reload,
            signal.SIGUSR1: self._report,
            signal.SIGUSR2: self._reopen,
            signal.SIGCHLD: self._engine.world.children.reap,
        }

    def clock_set(self) -> None:
        """The wall clock was stepped."""
        self._logs.say("warning", "the wall clock was set", event="clock_set")
        self._engine.scheduler.clock_set()
        if self._engine.world.listeners is not None:
            self._engine.world.listeners.clock_set()

    def _stop(self, number: int) -> None:
        self.stopped_by = self.stopped_by or number
        self._engine.again = False  # who asked for a fresh start has to ask for another
        self._engine.shutdown.begin(f"got {spelled(number)}")

    def _report(self) -> None:
        from sexton.engine.answers.report import report

        for line in report(self._engine):
            self._logs.say("info", line, event="report")

    def _reopen(self) -> None:
        self._logs.reopen()
        self._logs.say("info", "opened the logs anew", event="logs_reopened")
