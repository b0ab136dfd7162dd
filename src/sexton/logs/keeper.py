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
from sexton.model.log import STREAMS, Log, Lost
from sexton.model.plan import Keep
from sexton.wire.lines import last_lines

if TYPE_CHECKING:
    from sexton.logs.answers import AnswersCopy
    from sexton.logs.by_time import RotationByTime
    from sexton.logs.compress import Compressor
    from sexton.logs.handover import Leaving
    from sexton.logs.loss import Stretch
    from sexton.model.handover import FileLeft, LogsLeft, PumpLeft
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
        self._zone = zone
        self._in_use: set[str] = set()
        self._shared: dict[str, Appender] = {}
        self._compressor: Compressor | None = None
        self._pumping: dict[RunLog, None] = {}  # whose pipes are open, also when the run that had them made is over

    @property
    def relay_dropped(self) -> int:
        return self._relay.dropped

    def open(self, job: str, name: str, output: int, log: Log | None = None, errors: int | None = None) -> RunLog:
        path = files.job_log(self._log_dir, job, name)
        log = log or Log()
        self._in_use.add(path)  # before there is a file that `prune` could find
        try:
            appender = Appender(path, files.create(path, log.mode), log)
        except OSError as error:
            appender = self._unopened(job, path, log, error)
        appender.on_rotated(self._rotated)
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
        appender = self._share(name, self.service_path(name, log), log)
        beside = self._errors_of(name, {"service": name}, log, errors)
        stream = self._relay.stream(name, {"service": name}, log.relay)
        opened = self._pump(name, appender, output, stream, beside)
        opened.heard_by(ears)
        return opened

    def open_answers(self, name: str, log: Log) -> AnswersCopy:
        from sexton.logs.answers import AnswersCopy

        return AnswersCopy(self._share(name, log.file or "", log), self._filter(log))

    def open_own(self, log: Log) -> Appender:
        """The file of Sexton's own log."""
        return self._share("Sexton", log.file or "", log).use()

    def reopen(self) -> None:
        """Go over to the files that are at their paths now: somebody has moved the old ones away."""
        for appender in self._shared.values():
            appender.reopen()

    def service_path(self, name: str, log: Log) -> str:
        return log.file or files.service_log(self._log_dir, name)

    def clear(self, path: str) -> None:
        """Empty a log, whether somebody writes to it or not. Raises OSError."""
        if path in STREAMS:
            return
        appender = self._shared.get(path)
        if appender is not None:
            appender.clear()
        else:
            files.clear(path)

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

        leaving = Leaving(frozenset(self._shared.values()))
        for log in self._pumping:
            leaving.number(log)
        return leaving

    def leave_behind(self, leaving: Leaving) -> LogsLeft:
        """What the next image of Sexton goes on with."""
        from sexton.model.handover import LogsLeft

        wanted = self._compressor.wanted if self._compressor is not None else {}
        in_use, events = tuple(self._in_use), tuple(self.heard.after(0))
        left = LogsLeft(tuple(leaving.files), tuple(leaving.pumps), in_use, wanted, events, self.heard.number)
        return left._replace(lost=self.lost)

    def take_up(self, left: LogsLeft) -> list[RunLog]:
        """Go on where the last image left off; the logs by their numbers."""
        self.heard.take_up(left.events, left.told)
        self._in_use.update(left.in_use)
        self.lost = {owner: lost._replace(reason="") for owner, lost in left.lost.items()}
        files = [self._take_up_file(file) for file in left.files]
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
            self._compress(path, keep)
        return logs

    def _stream_of(self, left: PumpLeft) -> Stream | None:
        return None if left.mode is None else self._relay.stream(left.name, left.fields, left.mode)

    def _take_up_merged(self, whole: RunLog, left: PumpLeft) -> RunLog:
        log = whole.merge(left.pipe, self._stream_of(left), self._filter(whole.file.log))
        log.take_up(left)
        if left.pipe >= 0:
            self._keep(log)
        return log

    def _take_up_file(self, left: FileLeft) -> Appender:
        if left.path in STREAMS:
            return self._hold_shared(self._passage(left.path, left.log).take_up(left))
        appender = Appender(left.path, left.fd, left.log, left.size).take_up(left)
        if left.shared:
            return self._hold_shared(appender)
        appender.on_rotated(self._rotated)
        return appender

    def _errors_of(self, name: str, fields: dict[str, str], log: Log, errors: int | None) -> RunLog | None:
        """The log of standard error, where it has a file of its own."""
        if errors is None or log.stderr is None:
            return None
        stream = self._relay.stream(name, {**fields, "stream": "stderr"}, log.relay)
        return self._pump(name, self._share(name, log.stderr, log.errors or log), errors, stream)

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

    def _share(self, owner: str, path: str, log: Log) -> Appender:
        """The one appender of a file; a `log` key that was changed holds from now on."""
        appender = self._shared.get(path)
        if appender is None:
            appender = self._append_to(owner, path, log)
        appender.log = log
        return appender

    def _append_to(self, owner: str, path: str, log: Log) -> Appender:
        if path in STREAMS:
            return self._hold_shared(self._passage(path, log))
        try:
            file, size = files.open_append(path, log.mode)
        except OSError as error:
            return self._hold_shared(self._unopened(owner, path, log, error))
        return self._hold_shared(Appender(path, file, log, size))

    def _passage(self, path: str, log: Log) -> Appender:
        from sexton.logs.passage import Passage

        outlets = dict(zip(STREAMS, (self._relay.outlet, self._journal.outlet), strict=False))
        return Passage(path, log, outlets.get(path))

    def _hold_shared(self, appender: Appender) -> Appender:
        """See to a file that several may write to, until the last of them leaves it."""
        self._shared[appender.path] = appender
        appender.on_rotated(self._rotated_shared)
        timed = self._by_time(appender)

        def closed(_: Appender) -> None:
            del self._shared[appender.path]
            if timed is not None:
                timed.cancel()

        appender.on_closed(closed)
        return appender

    def _by_time(self, appender: Appender) -> RotationByTime | None:
        if appender.log.every is None:
            return None
        from sexton.logs.by_time import RotationByTime

        return RotationByTime(self._loop, appender, appender.log.every, self._zone)

    def _unopened(self, owner: str, path: str, log: Log, error: OSError) -> Appender:
        """In place of a file that cannot be had: refuses everything."""
        self.say("error", f"cannot open the log of {owner} ({path}): {error.strerror}; its output is lost", job=owner)
        appender = Appender(path, -1, log)
        appender.refusal = f"not open: {error.strerror}"
        return appender

    def _filter(self, log: Log) -> Filter | None:
        """What may not be in a log is taken out on the way there."""
        redaction = self.redactor.stream() if self.redactor is not None else None
        if not log.strip_ansi:
            return redaction
        from sexton.wire.ansi import Plain

        return Plain(redaction)

    def _rotated_shared(self, appender: Appender) -> None:
        appender.shed = 0  # that old rotations of a service go is what was asked for; of a run it is a loss
        self._rotated(appender)

    def _rotated(self, appender: Appender) -> None:
        if appender.failure:
            self.say("error", f"cannot rotate {appender.path}: {appender.failure}; it goes on growing")
        elif appender.log.compress:
            self._compress(appender.path, appender.log.keep)

    def _compress(self, path: str, keep: int) -> None:
        if self._compressor is None:
            from sexton.logs.compress import Compressor

            self._compressor = Compressor(self._loop, lambda said: self.say("error", said))
        self._compressor.want(path, keep)
