"""Children's output on our own standard output, and Sexton's own log on standard error.

`Relay` dresses lines as the plan's `relay` says and hands them to an outlet; `Stream` is one run's share of it.
Nothing here blocks or grows: the outlet drops and counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.core.slots import iso
from sexton.logs.outlet import Outlet
from sexton.model.plan import Relay as Mode
from sexton.model.units import SECOND, Instant
from sexton.wire.lines import LineCutter, json_line, one_line, prefixed

if TYPE_CHECKING:
    from sexton.ports import Clock


class Stream:
    """One run's output on its way to standard output: whole lines, each dressed with the job's name."""

    __slots__ = ("_cutter", "_job", "_relay", "_run")

    def __init__(self, relay: Relay, job: str, run: str) -> None:
        self._relay = relay
        self._job = job
        self._run = run
        self._cutter = LineCutter()

    def feed(self, data: bytes) -> None:
        self._relay.put(self._job, self._run, self._cutter.feed(data))

    def finish(self) -> None:
        self._relay.put(self._job, self._run, self._cutter.finish())


class Relay:
    """Dresses and writes lines; `width` is what names are padded to."""

    def __init__(self, outlet: Outlet, clock: Clock, mode: Mode, width: int) -> None:
        self._outlet = outlet
        self._clock = clock
        self._mode = mode
        self._width = width

    @property
    def dropped(self) -> int:
        return self._outlet.dropped

    def stream(self, job: str, run: str) -> Stream | None:
        """The relayed copy of one run's output; None when nothing is relayed."""
        return None if self._mode is Mode.OFF else Stream(self, job, run)

    def put(self, job: str, run: str, lines: list[bytes]) -> None:
        if lines:
            self._outlet.put(b"".join(self._dressed(job, run, line) for line in lines))

    def _dressed(self, job: str, run: str, line: bytes) -> bytes:
        if self._mode is Mode.RAW:
            return line + b"\n"
        if self._mode is Mode.JSON:
            return json_line(self._clock.now().wall, job=job, run=run, line=line)
        return prefixed(job, line, self._width)


class Journal:
    """Sexton's own log: one line a message, as JSON or text; text has the time where no person watches it come."""

    def __init__(self, outlet: Outlet, clock: Clock, log_format: str, width: int) -> None:
        self._outlet = outlet
        self._clock = clock
        self._format = log_format
        self._width = width

    def say(self, level: str, message: str, **fields: object) -> None:
        """Write one line; `fields` appear in JSON only, the message has what a person needs."""
        at = self._clock.now().wall
        if self._format == "json":
            self._outlet.put(json_line(at, level=level, message=message, **fields))
        else:
            self._outlet.put(self._text(at, level, one_line(message)))

    def _text(self, at: Instant, level: str, message: str) -> bytes:
        mark = "" if level == "info" else f"{level}: "
        if self._outlet.terminal:
            return prefixed("sexton", (mark + message).encode(errors="replace"), self._width)
        return f"{iso(at - at % SECOND)} sexton: {mark}{message}\n".encode(errors="replace")
