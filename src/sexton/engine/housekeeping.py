"""Retention: once at start and then once a day, old rows and log files go, as the plan's `keep` says."""

from sexton.engine.tables import World
from sexton.model.errors import SextonError
from sexton.model.ledger import Prune
from sexton.model.units import DAY, SECOND

BATCH = 1000  # rows in one commit, so that no claim waits long behind it
SETTLE = 10 * SECOND  # after the start, so that it delays no first run


class Housekeeping:
    def __init__(self, world: World) -> None:
        self._world = world
        self._rows = 0

    def begin(self) -> None:
        self._world.loop.after(SETTLE, self._prune)

    def _prune(self) -> None:
        self._rows = 0
        self._prune_rows()
        self._world.logs.prune(self._world.plan.settings.keep, self._pruned_logs)
        if any(entry.job.steps for entry in self._world.jobs.values()):
            from sexton.engine.runs.conducting import prune

            prune(self._world)
        self._world.loop.after(DAY, self._prune)

    def _prune_rows(self) -> None:
        before = self._world.now() - self._world.plan.settings.keep.runs
        self._world.store.submit(Prune(before, BATCH), self._pruned_rows)

    def _pruned_rows(self, count: int | SextonError) -> None:
        if isinstance(count, SextonError):
            self._world.logs.say("error", f"cannot prune the history: {count}; trying again tomorrow")
            return
        self._rows += count
        if count == BATCH:
            self._prune_rows()
        elif self._rows:
            self._world.logs.say("info", f"pruned {self._rows} runs from the history", event="pruned")

    def _pruned_logs(self, files: int, size: int) -> None:
        if files:
            self._world.logs.say("info", f"removed {files} log files ({size} bytes)", event="pruned")
