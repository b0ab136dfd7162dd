"""The logs as the engine sees them: opens the logs of runs and services, writes our own, keeps within retention.

Each is a pipe that is pumped into a file of appenders.py. Scanning and unlinking happen in a thread that lives as long
as that takes; everything else is on the loop's thread. Invariant: no log of a run that goes is outdated.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.logs import files
from sexton.logs.appender import Appender
from sexton.logs.appenders import Appenders
from sexton.logs.pump import TAIL_BYTES, TAIL_LINES, RunLog
from sexton.logs.relay import Journal, Relay, Stream
from sexton.model.ledger import LeftLog
from sexton.model.log import Log, Lost
from sexton.model.plan import Keep
from sexton.wire.lines import last_lines

if TYPE_CHECKING:
    from sexton.logs.answers import AnswersCopy
    from sexton.logs.handover import Leaving
    from sexton.logs.loss import Stretch
    from sexton.model.handover import LogsLeft, PumpLeft
    from sexton.ports import Ear, Filter, Loop
    from sexton.wire.redact import Redactor


class LogKeeper:
    """Implements ports.Logs. Rotation by time counts in `zone`. `redactor` knows what no log may hold."""

    def __init__(self, loop: Loop, log_dir: str, relay: Relay, journal: Journal, zone: str = "UTC") -> None:
        self.say, self.note = journal.say, journal.note
        self.heard = journal.heard
        self.redactor: Redactor | None = None
        self.lost: dict[str, Lost] = {}  # what is in no log, by whose output it was
        self._loop = loop
        self._log_dir = log_dir
        self._relay = relay
        self._journal = journal
        self._in_use: set[str] = set()
        self._files = Appenders(loop, relay.outlet, journal, zone)
        self._pumping: dict[RunLog, None] = {}  # whose pipes are open, also when the run that had them made is over

    @property
    def relay_dropped(self) -> int:
        return self._relay.dropped

    def open(self, job: str, name: str, output: int, log: Log | None = None, errors: int | None = None) -> RunLog:
        path = files.job_log(self._log_dir, job, name)
        log = log or Log()
        self._in_use.add(path)  # before there is a file that `prune` could find
        appender = self._files.create(job, path, log)
        beside = self._errors_of(job, {"job": job, "run": name}, log, errors)
        stream = self._relay.stream(job, {"job": job, "run": name}, log.relay)
        opened = self._pump(job, appender, output, stream, beside)
        if errors is not None and beside is None:
            stream = self._relay.stream(job, {"job": job, "run": name, "stream": "stderr"}, log.relay)
            self._keep(opened.merge(errors, stream, self._filter(log)))
        return opened

    def open_service(
        self,
        name: str,
        log: Log,
        output: int,
        errors: int | None = None,
        ears: Callable[[str], Ear | None] = lambda channel: None,
    ) -> RunLog:
        appender = self._files.share(name, self.service_path(name, log), log)
        beside = self._errors_of(name, {"service": name}, log, errors)
        stream = self._relay.stream(name, {"service": name}, log.relay)
        opened = self._pump(name, appender, output, stream, beside)
        opened.heard_by(ears)
        return opened

    def open_answers(self, name: str, log: Log) -> AnswersCopy:
        from sexton.logs.answers import AnswersCopy

        return AnswersCopy(self._files.share(name, log.file or "", log), self._filter(log))

    def open_own(self, log: Log) -> Appender:
        """The file of Sexton's own log."""
        return self._files.share("Sexton", log.file or "", log).use()

    def reopen(self) -> None:
        """Go over to the files that are at their paths now: somebody has moved the old ones away."""
        self._files.reopen()

    def service_path(self, name: str, log: Log) -> str:
        return log.file or files.service_log(self._log_dir, name)

    def clear(self, path: str) -> None:
        """Empty a log, whether somebody writes to it or not. Raises OSError."""
        self._files.clear(path)

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

    def leaving(self) -> Leaving:
        """Numbers for all logs that are pumped, and for more that are asked for."""
        from sexton.logs.handover import Leaving

        leaving = Leaving(self._files.shared)
        for log in self._pumping:
            leaving.number(log)
        return leaving

    def leave_behind(self, leaving: Leaving) -> LogsLeft:
        """What the next image of Sexton goes on with."""
        from sexton.model.handover import LogsLeft

        in_use, events = tuple(self._in_use), tuple(self.heard.after(0))
        uncompressed = self._files.uncompressed
        left = LogsLeft(tuple(leaving.files), tuple(leaving.pumps), in_use, uncompressed, events, self.heard.number)
        return left._replace(lost=self.lost)

    def take_up(self, left: LogsLeft) -> list[RunLog]:
        """Go on where the last image left off; the logs by their numbers."""
        self.heard.take_up(left.events, left.told)
        self._in_use.update(left.in_use)
        self.lost = {owner: lost._replace(reason="") for owner, lost in left.lost.items()}
        files = [self._files.take_up(file) for file in left.files]
        logs: list[RunLog] = []
        merged: PumpLeft | None = None
        for pump in left.pumps:
            if pump.merged:  # into the next
                merged = pump
                continue
            errors = None if pump.errors is None or merged is not None else logs[pump.errors]
            log = self._pump(pump.owner, files[pump.file], pump.pipe, self._stream_of(pump), errors)
            log.take_up(pump)
            if merged is not None:
                logs.append(self._take_up_merged(log, merged))
                merged = None
            logs.append(log)
        for path, keep in left.uncompressed.items():
            self._files.compress(path, keep)
        return logs

    def _stream_of(self, left: PumpLeft) -> Stream | None:
        return None if left.mode is None else self._relay.stream(left.name, left.fields, left.mode)

    def _take_up_merged(self, whole: RunLog, left: PumpLeft) -> RunLog:
        log = whole.merge(left.pipe, self._stream_of(left), self._filter(whole.file.log))
        log.take_up(left)
        if left.pipe >= 0:
            self._keep(log)
        return log

    def _errors_of(self, name: str, fields: dict[str, str], log: Log, errors: int | None) -> RunLog | None:
        """The log of standard error, where it has a file of its own."""
        if errors is None or log.stderr is None:
            return None
        stream = self._relay.stream(name, {**fields, "stream": "stderr"}, log.relay)
        return self._pump(name, self._files.share(name, log.stderr, log.errors or log), errors, stream)

    def _pump(
        self, owner: str, file: Appender, pipe: int, stream: Stream | None, errors: RunLog | None = None
    ) -> RunLog:
        log = RunLog(self._loop, file, pipe, stream, self._filter(file.log), errors)
        log.owner = owner
        log.on_loss(self._losing)
        if pipe >= 0:
            self._keep(log)
        return log

    def _losing(self, log: RunLog) -> Stretch:
        from sexton.logs.loss import Stretch

        return Stretch(self._loop.clock, self.say, self.lost, log.owner, log.path)

    def _keep(self, log: RunLog) -> None:
        self._pumping[log] = None
        log.on_closed(self._pumping.pop)

    def _filter(self, log: Log) -> Filter | None:
        """What may not be in a log is taken out on the way there."""
        redaction = self.redactor.stream() if self.redactor is not None else None
        if not log.strip_ansi:
            return redaction
        from sexton.wire.ansi import Plain

        return Plain(redaction)
