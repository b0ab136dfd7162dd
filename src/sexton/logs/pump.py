"""From a process's pipe to its log file: every byte, as it came (but for secrets), with the last lines kept and a copy
relayed.

The pump moves a bounded share a turn, so that a flood starves nobody: up to BURST chunks where nobody looks at the
bytes, and one chunk, the smaller the shorter its lines are, where they are relayed or redacted. Writing to the file
never stops the process: what a full disk refuses is counted in `lost`. Invariant: what the process wrote before it
exited is in the file (or in `lost`) when `finish` returns; what others of its group write later still follows until the
pipe closes.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from sexton.logs.appender import Appender
from sexton.logs.relay import Stream
from sexton.wire.lines import last_lines

if TYPE_CHECKING:
    from sexton.logs.loss import Stretch
    from sexton.model.handover import PumpLeft
    from sexton.ports import Ear, Filter, Loop

CHUNK = 65_536
BURST = 8  # chunks a turn
MOVES = 64  # reads a turn: a writer of small pieces fills the pipe again while we look, and a turn costs ten reads
LEAST_CHUNK = 4_096  # as a pipe writes it at once (PIPE_BUF)
LINES_PER_TURN = 1_000  # to relay; a chunk that has more makes the next one smaller
PIPE = 1_048_576  # bytes that a pipe holds: /proc/sys/fs/pipe-max-size unless someone changed it
TAIL_BYTES = 8_192
TAIL_LINES = 20


class RunLog:
    """Implements ports.RunLog. `beside` is the log of the second pipe, where standard error has one; where that goes
    to the same file, its `whole` is this. `pipe` is below 0 where it has ended already."""

    def __init__(
        self,
        loop: Loop,
        file: Appender,
        pipe: int,
        stream: Stream | None = None,
        clean: Filter | None = None,
        errors: RunLog | None = None,
    ) -> None:
        self.path = file.path
        self.size = 0
        self.file = file
        self.beside = errors
        self._ear: Ear | None = None
        self._unheard = b""
        self.owner = ""  # whose output it is
        self._loop = loop
        self._pipe = pipe
        self._stream = stream
        self._filter = clean
        self.whole: RunLog | None = None
        self._on_closed: Callable[[RunLog], None] | None = None
        self._on_loss: Callable[[RunLog], Stretch] | None = None
        self._stretch: Stretch | None = None  # while its file does not take what comes
        self._lost = 0
        self._last = b""
        self._plain = stream is None and clean is None
        self._chunk = CHUNK if self._plain else LEAST_CHUNK
        self._listeners: list[Callable[[], None]] = []
        if pipe >= 0:
            self._begin()

    def _begin(self) -> None:
        self.file.use()
        if self._plain:
            with suppress(OSError):  # less is allowed here: then the pipe stays as it is
                fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, PIPE)
        self._loop.watch(self._pipe, self._pump)

    @property
    def lost(self) -> int:
        """Bytes that a full disk, a failed write or the limit of rotation cost."""
        return self._lost + self.file.shed + (self.beside.lost if self.beside else 0)

    @property
    def errors(self) -> int:
        """Bytes that came on standard error, as far as that has a pipe of its own."""
        return self.beside.size if self.beside else 0

    def merge(self, pipe: int, stream: Stream | None, clean: Filter | None) -> RunLog:
        """Take in standard error too, from a pipe of its own, and count it apart. What is written to both at once comes
        in the order in which it is found."""
        self.beside = _Merged(self, self._loop, self.file, pipe, stream, clean)
        return self.beside

    def tail(self) -> str:
        """The last lines, no more than TAIL_LINES and TAIL_BYTES."""
        return last_lines(self._last, TAIL_LINES)

    def finish(self) -> None:
        before = self.size + self._lost
        left = self._waiting()
        while left > 0 and self._pipe >= 0:
            moved = self._move()
            if not moved:
                break  # someone else read it
            left -= moved
        self._end_of_words()
        self._tell(before)
        if self.beside is not None:
            self.beside.finish()

    def heard_by(self, ears: Callable[[str], Ear | None]) -> None:
        if self.beside is not None and self.beside.whole is None:
            self.beside._heard_by(ears("stderr"))
        self._heard_by(ears("stdout"))

    def _heard_by(self, ear: Ear | None) -> None:
        """What the last image held back for its ears is where it belongs."""
        self._ear = ear
        unheard, self._unheard = self._unheard, b""
        if unheard:
            self._write(unheard if ear is None else ear.take_up(unheard))

    def on_closed(self, call: Callable[[RunLog], None]) -> None:
        """Call once the pipe has ended."""
        self._on_closed = call

    def on_loss(self, call: Callable[[RunLog], Stretch]) -> None:
        """Call when the file begins to refuse bytes; the result hears of them."""
        self._on_loss = call

    def leave_behind(self, file: int, errors: int | None) -> PumpLeft:
        """What the next image of Sexton pumps on with; `file` and `errors` are the numbers of this one's."""
        from sexton.model.handover import PumpLeft

        name, fields, mode = self._stream.of if self._stream is not None else ("", {}, None)
        return PumpLeft(
            file,
            self._pipe,
            name,
            fields,
            mode,
            errors,
            merged=self.whole is not None,
            size=self.size,
            lost=self._lost,
            last=self._last,
            held=self._filter.rest if self._filter is not None else b"",
            begun=self._stream.begun if self._stream is not None else b"",
            unheard=self._ear.held if self._ear is not None else self._unheard,
            owner=self.owner,
        )

    def take_up(self, left: PumpLeft) -> None:
        """Go on where the last image left off."""
        self.size, self._lost, self._last, self._unheard = left.size, left.lost, left.last, left.unheard
        if self._filter is not None:
            self._filter.rest = left.held
        if self._stream is not None:
            self._stream.begun = left.begun

    def on_growth(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call whenever the file has grown, or that of standard error; the result unsubscribes."""
        self._listeners.append(call)
        forget_errors = self.beside.on_growth(call) if self.beside is not None else None

        def forget() -> None:
            if call in self._listeners:
                self._listeners.remove(call)
            if forget_errors is not None:
                forget_errors()

        return forget

    def _waiting(self) -> int:
        """Bytes that the pipe holds now: all that the exited process can have left."""
        if self._pipe < 0:
            return 0
        from termios import FIONREAD

        return int.from_bytes(fcntl.ioctl(self._pipe, FIONREAD, bytes(4)), sys.byteorder)

    def _pump(self) -> None:
        before = self.size + self._lost
        left = BURST * CHUNK if self._plain else 1
        for _ in range(MOVES):
            moved = self._move()
            left -= moved
            if not moved or left <= 0:
                break
        self._tell(before)

    def _tell(self, before: int) -> None:
        if self.size + self._lost > before:
            for call in tuple(self._listeners):
                call()

    def _move(self) -> int:
        """Move one chunk; how many bytes it had. At the end of the pipe everything is closed."""
        asked = self._chunk
        try:
            data = os.read(self._pipe, asked)
        except BlockingIOError:
            return 0
        if data:
            self._take(data)
        else:
            self._close()
        return len(data)

    def _take(self, data: bytes) -> None:
        said = data if self._filter is None else self._filter.feed(data)
        if self._ear is not None:
            said = self._ear.hear(said)
        self._write(said)
        if not self._plain:
            lines = self._stream.feed(said) if self._stream is not None else 0
            self._chunk = max(self._chunk // 2, LEAST_CHUNK) if lines > LINES_PER_TURN else min(self._chunk * 2, CHUNK)

    def _write(self, data: bytes) -> None:
        if not data:
            return
        took = self.file.write(data)
        self.size += took
        if took < len(data):
            self._lose(len(data) - took)
        elif self._stretch is not None and self._stretch.is_over():
            self._stretch = None
        self._last = data[-TAIL_BYTES:] if len(data) >= TAIL_BYTES else (self._last + data)[-TAIL_BYTES:]

    def _lose(self, count: int) -> None:
        self._lost += count
        if self._stretch is None and self._on_loss is not None:
            self._stretch = self._on_loss(self)
        if self._stretch is not None:
            self._stretch.add(count, self.file.refusal)

    def _end_of_words(self) -> None:
        """Nothing more of the process: what was held back goes on."""
        rest = self._filter.finish() if self._filter is not None else b""
        if self._ear is not None:
            rest = self._ear.hear(rest) + self._ear.finish()
        if rest:
            self._write(rest)
            if self._stream is not None:
                self._stream.feed(rest)
        if self._stream is not None:
            self._stream.finish()

    def _close(self) -> None:
        self._loop.unwatch(self._pipe)
        os.close(self._pipe)
        self._pipe = -1
        self._end_of_words()
        if self._stretch is not None:
            self._stretch.end()
            self._stretch = None
        self.file.leave()
        if self._on_closed is not None:
            self._on_closed(self)


class _Merged(RunLog):
    """Standard error that goes into the same file as the output: `size` counts it, all else is the output's."""

    def __init__(
        self,
        whole: RunLog,
        loop: Loop,
        file: Appender,
        pipe: int,
        stream: Stream | None,
        clean: Filter | None,
    ) -> None:
        super().__init__(loop, file, pipe, stream, clean)
        self.whole: RunLog = whole

    @property
    def lost(self) -> int:
        return 0

    def _write(self, data: bytes) -> None:
        self.size += len(data)
        self.whole._write(data)

    def _tell(self, before: int) -> None:
        if self.size > before:
            self.whole._tell(-1)
