"""Children's output on our own standard output, and Sexton's own log on standard error.

`Relay` dresses lines as the plan's `relay` says and hands them to an outlet; `Stream` is one process's share of it.
Nothing here blocks or grows: the outlet drops and counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sexton.core.slots import iso
from sexton.logs.heard import Heard
from sexton.logs.outlet import Outlet
from sexton.model.log import Relay as Mode
from sexton.model.units import SECOND, Instant
from sexton.wire.lines import LineCutter, json_line, json_lines, one_line, prefixed, visible

if TYPE_CHECKING:
    from sexton.ports import Clock
    from sexton.wire.redact import Redactor


class Stream:
    """One process's output on its way to standard output: whole lines, each dressed with `name`; `fields` say in JSON
    whose it is."""

    __slots__ = ("_cutter", "_fields", "_mode", "_name", "_relay")

    def __init__(self, relay: Relay, mode: Mode, name: str, fields: Mapping[str, str]) -> None:
        self._relay = relay
        self._mode = mode
        self._name = name
        self._fields = fields
        self._cutter = LineCutter()

    @property
    def of(self) -> tuple[str, Mapping[str, str], Mode]:
        """What the relay made it of."""
        return self._name, self._fields, self._mode

    @property
    def begun(self) -> bytes:
        """A line that has no end yet."""
        return self._cutter.rest

    @begun.setter
    def begun(self, rest: bytes) -> None:
        self._cutter.rest = rest

    def feed(self, data: bytes) -> int:
        """How many lines `data` completed."""
        return self._put(self._cutter.feed(data))

    def finish(self) -> None:
        self._put(self._cutter.finish())

    def _put(self, lines: list[bytes]) -> int:
        if lines:
            self._relay.put(self._mode, self._name, self._fields, lines)
        return len(lines)


class Relay:
    """Dresses and writes lines; `mode` is the plan's, `width` is what names are padded to."""

    def __init__(self, outlet: Outlet, clock: Clock, mode: Mode, width: int) -> None:
        self.outlet = outlet
        self._clock = clock
        self._mode = mode
        self._width = width

    @property
    def dropped(self) -> int:
        return self.outlet.dropped

    def stream(self, name: str, fields: Mapping[str, str], mode: Mode | None = None) -> Stream | None:
        """The relayed copy of one process's output, in the plan's mode or its own; None when nothing is relayed."""
        own = self._mode if mode is None else mode
        return None if own is Mode.OFF else Stream(self, own, name, fields)

    def put(self, mode: Mode, name: str, fields: Mapping[str, str], lines: list[bytes]) -> None:
        if mode is Mode.RAW:
            self.outlet.put(b"\n".join([*lines, b""]))
        elif mode is Mode.JSON:
            self.outlet.put(json_lines(self._clock.now().wall, fields, lines))
        else:
            shown = [visible(line) for line in lines] if self.outlet.terminal else lines
            self.outlet.put(prefixed(name, shown, self._width))


class Journal:
    """Sexton's own log: one line a message, as JSON or text; text has the time where no person watches it come.
    `redactor` knows what no line may hold."""

    def __init__(self, outlet: Outlet, clock: Clock, log_format: str, width: int) -> None:
        self.outlet = outlet
        self._clock = clock
        self._format = log_format
        self._width = width
        self.redactor: Redactor | None = None
        self.heard = Heard()

    def say(self, level: str, message: str, **fields: object) -> None:
        """Write one line; `fields` appear in JSON only, the message has what a person needs."""
        self._write(*self._hear(level, message, fields))

    def note(self, message: str, **fields: object) -> None:
        """Tell those who ask for events, and write it nowhere."""
        self._hear("info", message, fields)

    def _hear(self, level: str, message: str, fields: dict[str, object]) -> tuple[Instant, str, str, dict[str, object]]:
        at = self._clock.now().wall
        if self.redactor is not None:
            message = self.redactor.text(message)
            fields = {
                key: self.redactor.text(value) if isinstance(value, str) else value for key, value in fields.items()
            }
        self.heard.add(at, level, message, fields)
        return at, level, message, fields

    def _write(self, at: Instant, level: str, message: str, fields: dict[str, object]) -> None:
        if self._format == "json":
            self.outlet.put(json_line(at, level=level, message=message, **fields))
        else:
            self.outlet.put(self._text(at, level, one_line(message)))

    def _text(self, at: Instant, level: str, message: str) -> bytes:
        mark = "" if level == "info" else f"{level}: "
        if self.outlet.terminal:
            return prefixed("sexton", [(mark + message).encode(errors="replace")], self._width)
        return f"{iso(at - at % SECOND)} sexton: {mark}{message}\n".encode(errors="replace")
