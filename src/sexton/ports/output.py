"""What processes and Sexton itself write, on its way to files and to whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from sexton.model.ledger import LeftLog
from sexton.model.log import Log, Lost
from sexton.model.plan import Keep
from sexton.model.views import EventView


class Ear(Protocol):
    """Hears one channel of a process on its way to the log."""

    def hear(self, data: bytes) -> bytes:
        """What of it is for the log."""

    def take_up(self, held: bytes) -> bytes:
        """The same of what another held back at the end: it has told of it what it could."""

    @property
    def held(self) -> bytes:
        """What was held back because its end is still to come."""

    def finish(self) -> bytes:
        """Nothing more of the process comes: what was held back, for the log."""


class RunLog(Protocol):
    """One run's output on its way from the pipe to its file."""

    @property
    def path(self) -> str: ...

    @property
    def size(self) -> int:
        """Bytes written to the file."""

    @property
    def lost(self) -> int:
        """Bytes that a full disk or a failed write cost."""

    @property
    def errors(self) -> int:
        """Bytes that came on standard error, as far as that has a pipe of its own."""

    def tail(self) -> str:
        """The last lines that are not blank."""

    def finish(self) -> None:
        """The process has exited: take what it left in the pipe. Later output of others still goes to the file."""

    def heard_by(self, ears: Callable[[str], Ear | None]) -> None:
        """From now on who `ears` names for `stdout` and `stderr` hears what comes, before it is written."""

    def on_growth(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call whenever the file has grown; the result unsubscribes."""


class Filter(Protocol):
    """Takes out of a stream of bytes what may not be in a log. `rest` is held back: it may still be the beginning of
    such a thing, and whoever has it from the start goes on where this one is."""

    rest: bytes

    def feed(self, data: bytes) -> bytes:
        """What can go on by now."""

    def finish(self) -> bytes:
        """What was held back, as far as it may go on. What is fed after that begins anew."""


class Copy(Protocol):
    """A copy of what somebody else reads, on its way to a file."""

    def write(self, data: bytes) -> None:
        """Never blocks and never fails: what the file does not take is lost."""

    def close(self) -> None: ...


class Heard(Protocol):
    """What Sexton has said of itself of late."""

    def after(self, number: int) -> list[EventView]:
        """The events with a greater number, oldest first, as far as they are still known."""

    def follow(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at each event; the result unsubscribes."""


class Logs(Protocol):
    """Run logs and Sexton's own."""

    @property
    def relay_dropped(self) -> int:
        """Bytes that our standard output did not take in time."""

    @property
    def heard(self) -> Heard: ...

    @property
    def lost(self) -> Mapping[str, Lost]:
        """What of the output of services and jobs is in no log, by their names."""

    def open(self, job: str, name: str, output: int, log: Log | None = None, errors: int | None = None) -> RunLog:
        """Begin to pump `output` into a new file for run `name` of `job`, rotated as `log` says (None: as by default);
        never overwrites one. `errors` is a second pipe's end."""

    def open_service(
        self,
        name: str,
        log: Log,
        output: int,
        errors: int | None = None,
        ears: Callable[[str], Ear | None] = lambda channel: None,
    ) -> RunLog:
        """Begin to pump `output` of service `name`, appended to its log file; `errors` is a second pipe's end.
        `ears` is asked who hears `stdout` and `stderr`."""

    def open_answers(self, name: str, log: Log) -> Copy:
        """Begin to keep what the listener's process `name` answers, appended to the file of `log`."""

    def service_path(self, name: str, log: Log) -> str:
        """Where the log of service `name` is, or will be."""

    def clear(self, path: str) -> None:
        """Empty a log, whether somebody writes to it or not. Raises OSError."""

    def recover(self, job: str, name: str) -> LeftLog | None:
        """The log that an earlier Sexton wrote for run `name` of `job`; None when there is none."""

    def release(self, path: str) -> None:
        """The run of this log has ended: its file may now grow old."""

    def prune(self, keep: Keep, done: Callable[[int, int], None]) -> None:
        """Remove files beyond retention, in a thread; `done` hears how many files and bytes went."""

    def say(self, level: str, message: str, **fields: object) -> None:
        """Write a line of Sexton's own log (`info`, `warning`, `error`); never blocks."""

    def note(self, message: str, **fields: object) -> None:
        """Tell those who ask for events, and write it nowhere."""
