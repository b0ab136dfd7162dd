"""Logs where all runs share one file, or our standard error: nothing else is written, and nothing grows old."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.logs.keeper import LogKeeper
from sexton.logs.outlet import Outlet
from sexton.logs.relay import Journal, Relay
from sexton.model.log import Log
from sexton.model.plan import Keep
from sexton.model.plan import Relay as Mode

if TYPE_CHECKING:
    from sexton.logs.pump import RunLog
    from sexton.ports import Loop


class SharedLog(LogKeeper):
    """`log.file` of each run is given; what Sexton says itself goes to standard error."""

    def __init__(self, loop: Loop, zone: str) -> None:
        self.stderr = Outlet(loop, 2)
        relay = Relay(self.stderr, loop.clock, Mode.OFF, 0)
        super().__init__(loop, "", relay, Journal(self.stderr, loop.clock, "text", 0), zone)

    def open(self, job: str, name: str, output: int, log: Log | None = None, errors: int | None = None) -> RunLog:
        return self.open_service(job, log or Log(), output, errors)

    def prune(self, keep: Keep, done: Callable[[int, int], None]) -> None:
        """The file rotates; there are no others."""
