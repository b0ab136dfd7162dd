"""The logs as the engine sees them: opens the logs of runs and services, writes our own, keeps within retention.

A file that several write to (a service's, or one for standard error) is opened once and shared. Scanning, unlinking and
compressing happen in threads that live as long as that takes; everything else is on the loop's thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.logs import files
from sexton.logs.appender import Appender
from sexton.logs.pump import TAIL_BYTES, TAIL_LINES, RunLog
from sexton.logs.relay import Journal, Relay, Stream
from sexton.model.ledger import LeftLog
from sexton.model.log import Log
from sexton.model.plan import Keep
from sexton.wire.lines import last_lines

if TYPE_CHECKING:
    from sexton.logs.by_time import RotationByTime
    from sexton.logs.compress import Compressor
    from sexton.ports import Loop
    from sexton.wire.redact import Redaction, Redactor


class LogKeeper:
    """Implements ports.Logs. Rotation by time counts in `zone`. `redactor` knows what no log may hold."""

    def __init__(self, loop: Loop, log_dir: str, relay: Relay, journal: Journal, zone: str = "UTC") -> None:
        self.say = journal.say
        self.heard = journal.heard
        self.redactor: Redactor | None = None
        self._loop = loop
        self._log_dir = log_dir
        self._relay = relay
        self._journal = journal
        self._zone = zone
        self._in_use: set[str] = set()
        self._shared: dict[str, Appender] = {}
        self._compressor: Compressor | None = None

    @property
    def relay_dropped(self) -> int:
        return self._relay.dropped

    def open(self, job: str, name: str, output: int, log: Log | None = None, errors: int | None = None) -> RunLog:
        path = files.job_log(self._log_dir, job, name)
        log = log or Log()
        self._in_use.add(path)  # before there is a file that `prune` could find
        try:
            file = files.create(path)
        except OSError as error:
            self._cannot_open(job, path, error)
            file = -1
        appender = Appender(path, file, log)
        appender.on_rotated(self._rotated)
        beside = self._errors_of(job, {"job": job, "run": name}, log, errors)
        stream = self._relay.stream(job, {"job": job, "run": name}, log.relay)
        opened = RunLog(self._loop, appender, output, stream, self._redaction(), beside)
        if errors is not None and beside is None:
            stream = self._relay.stream(job, {"job": job, "run": name, "stream": "stderr"}, log.relay)
            opened.merge(errors, stream, self._redaction())
        return opened

    def open_service(self, name: str, log: Log, output: int, errors: int | None = None) -> RunLog:
        appender = self._share(name, self.service_path(name, log), log)
        beside = self._errors_of(name, {"service": name}, log, errors)
        stream = self._relay.stream(name, {"service": name}, log.relay)
        return RunLog(self._loop, appender, output, stream, self._redaction(), beside)

    def service_path(self, name: str, log: Log) -> str:
        return log.file or files.service_log(self._log_dir, name)

    def recover(self, job: str, name: str) -> LeftLog | None:
        path = files.job_log(self._log_dir, job, name)
        try:
            size, last = files.read_end(path, TAIL_BYTES)
        except OSError:
            return None
        from sexton.logs.rotate import rotated_bytes

        return LeftLog(path, size + rotated_bytes(path), last_lines(last, TAIL_LINES))

    def hide(self, redactor: Redactor) -> None:
        """From now on the logs that are opened, and Sexton's own, hold nothing that `redactor` knows."""
        self.redactor = self._journal.redactor = redactor

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

    def _errors_of(self, name: str, fields: dict[str, str], log: Log, errors: int | None) -> RunLog | None:
        """The log of standard error, where it has a file of its own."""
        if errors is None or log.stderr is None:
            return None
        stream: Stream | None = self._relay.stream(name, {**fields, "stream": "stderr"}, log.relay)
        return RunLog(self._loop, self._share(name, log.stderr, log), errors, stream, self._redaction())

    def _share(self, owner: str, path: str, log: Log) -> Appender:
        """The one appender of a file; a `log` key that was changed holds from now on."""
        appender = self._shared.get(path)
        if appender is None:
            appender = self._shared[path] = self._append_to(owner, path, log)
        appender.log = log
        return appender

    def _append_to(self, owner: str, path: str, log: Log) -> Appender:
        try:
            file, size = files.open_append(path)
        except OSError as error:
            self._cannot_open(owner, path, error)
            file, size = -1, 0
        appender = Appender(path, file, log, size)
        appender.on_rotated(self._rotated_shared)
        timed = self._by_time(appender)

        def closed(_: Appender) -> None:
            del self._shared[path]
            if timed is not None:
                timed.cancel()

        appender.on_closed(closed)
        return appender

    def _by_time(self, appender: Appender) -> RotationByTime | None:
        if appender.log.every is None:
            return None
        from sexton.logs.by_time import RotationByTime

        return RotationByTime(self._loop, appender, appender.log.every, self._zone)

    def _cannot_open(self, owner: str, path: str, error: OSError) -> None:
        self.say("error", f"cannot open the log of {owner} ({path}): {error.strerror}; its output is lost", job=owner)

    def _redaction(self) -> Redaction | None:
        return self.redactor.stream() if self.redactor is not None else None

    def _rotated_shared(self, appender: Appender) -> None:
        appender.shed = 0  # that old rotations of a service go is what was asked for; of a run it is a loss
        self._rotated(appender)

    def _rotated(self, appender: Appender) -> None:
        if appender.failure:
            self.say("error", f"cannot rotate {appender.path}: {appender.failure}; it goes on growing")
        elif appender.log.compress:
            if self._compressor is None:
                from sexton.logs.compress import Compressor

                self._compressor = Compressor(self._loop, lambda said: self.say("error", said))
            self._compressor.want(appender.path, appender.log.keep)
