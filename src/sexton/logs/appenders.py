"""The files that logs are written to, while they are open; and what becomes of what is rotated out of them.

A run has its file for itself; one that several write to (a service's, or one for standard error) is opened once and
shared. Compressing happens in threads that live as long as that takes. Invariant: a path that is shared has one
appender, until the last who writes there has left it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from sexton.logs import files
from sexton.logs.appender import Appender
from sexton.logs.outlet import Outlet
from sexton.logs.relay import Journal
from sexton.model.log import STREAMS, Log

if TYPE_CHECKING:
    from sexton.logs.by_time import RotationByTime
    from sexton.logs.compress import Compressor
    from sexton.model.handover import FileLeft
    from sexton.ports import Loop


class Appenders:
    """`output` is our own standard output, where a log names that as its file. Rotation by time counts in `zone`."""

    def __init__(self, loop: Loop, output: Outlet, journal: Journal, zone: str) -> None:
        self._loop = loop
        self._output = output
        self._journal = journal
        self._zone = zone
        self._shared: dict[str, Appender] = {}
        self._compressor: Compressor | None = None

    @property
    def shared(self) -> Collection[Appender]:
        return frozenset(self._shared.values())

    @property
    def uncompressed(self) -> Mapping[str, int]:
        """What is still to be compressed: how many rotations are kept, by path."""
        return self._compressor.wanted if self._compressor is not None else {}

    def create(self, owner: str, path: str, log: Log) -> Appender:
        """A new file, for one to write to."""
        try:
            appender = Appender(path, files.create(path, log.mode), log)
        except OSError as error:
            appender = self._unopened(owner, path, log, error)
        appender.on_rotated(self._rotated)
        return appender

    def share(self, owner: str, path: str, log: Log) -> Appender:
        """The one appender of a file; a `log` key that was changed holds from now on."""
        appender = self._shared.get(path)
        if appender is None:
            appender = self._append_to(owner, path, log)
        appender.log = log
        return appender

    def reopen(self) -> None:
        """Go over to the files that are at their paths now."""
        for appender in self._shared.values():
            appender.reopen()

    def clear(self, path: str) -> None:
        """Empty a file, whether somebody writes to it or not. Raises OSError."""
        if path in STREAMS:
            return
        appender = self._shared.get(path)
        if appender is not None:
            appender.clear()
        else:
            files.clear(path)

    def take_up(self, left: FileLeft) -> Appender:
        """Go on with a file where the last image of Sexton left off."""
        if left.path in STREAMS:
            return self._hold_shared(self._passage(left.path, left.log).take_up(left))
        appender = Appender(left.path, left.fd, left.log, left.size).take_up(left)
        if left.shared:
            return self._hold_shared(appender)
        appender.on_rotated(self._rotated)
        return appender

    def compress(self, path: str, keep: int) -> None:
        """Compress what was rotated out of a file."""
        if self._compressor is None:
            from sexton.logs.compress import Compressor

            self._compressor = Compressor(self._loop, lambda said: self._journal.say("error", said))
        self._compressor.want(path, keep)

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

        outlets = dict(zip(STREAMS, (self._output, self._journal.outlet), strict=False))
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
        said = f"cannot open the log of {owner} ({path}): {error.strerror}; its output is lost"
        self._journal.say("error", said, job=owner)
        appender = Appender(path, -1, log)
        appender.refusal = f"not open: {error.strerror}"
        return appender

    def _rotated_shared(self, appender: Appender) -> None:
        appender.shed = 0  # that old rotations of a service go is what was asked for; of a run it is a loss
        self._rotated(appender)

    def _rotated(self, appender: Appender) -> None:
        if appender.failure:
            self._journal.say("error", f"cannot rotate {appender.path}: {appender.failure}; it goes on growing")
        elif appender.log.compress:
            self.compress(appender.path, appender.log.keep)
