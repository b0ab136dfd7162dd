"""The logs as the engine sees them: opens a run's log, writes our own, keeps within retention.

Scanning and unlinking happen in a thread that lives as long as that takes; everything else is on the loop's thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.logs import files
from sexton.logs.pump import TAIL_BYTES, TAIL_LINES, RunLog
from sexton.logs.relay import Journal, Relay
from sexton.model.ledger import LeftLog
from sexton.model.plan import Keep
from sexton.wire.lines import last_lines

if TYPE_CHECKING:
    from sexton.ports import Loop


class LogKeeper:
    """Implements ports.Logs."""

    def __init__(self, loop: Loop, log_dir: str, relay: Relay, journal: Journal) -> None:
        self.say = journal.say
        self._loop = loop
        self._log_dir = log_dir
        self._relay = relay
        self._in_use: set[str] = set()

    @property
    def relay_dropped(self) -> int:
        return self._relay.dropped

    def open(self, job: str, name: str, output: int) -> RunLog:
        path = files.job_log(self._log_dir, job, name)
        self._in_use.add(path)  # before there is a file that `prune` could find
        try:
            file = files.create(path)
        except OSError as error:
            self.say("error", f"cannot open the log of {job} ({path}): {error.strerror}; its output is lost", job=job)
            file = -1
        return RunLog(self._loop, path, file, output, self._relay.stream(job, name))

    def recover(self, job: str, name: str) -> LeftLog | None:
        path = files.job_log(self._log_dir, job, name)
        try:
            size, last = files.read_end(path, TAIL_BYTES)
        except OSError:
            return None
        return LeftLog(path, size, last_lines(last, TAIL_LINES))

    def release(self, path: str) -> None:
        """The run has ended: its file may now grow old."""
        self._in_use.discard(path)

    def prune(self, keep: Keep, done: Callable[[int, int], None]) -> None:
        """Remove outdated log files in a thread; `done` hears how many files and bytes, on the loop's thread."""
        now = self._loop.clock.now().wall

        def work() -> None:
            old = files.outdated(files.ended_logs(self._log_dir, self._in_use), keep, now)
            gone, freed = files.remove(old)
            self._loop.post(lambda: done(gone, freed))

        threading.Thread(target=work, name="sexton-prune", daemon=True).start()
