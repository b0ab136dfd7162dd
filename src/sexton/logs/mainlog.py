"""Sexton's own log in supervisord's form: `2026-11-22 08:00:00,123 INFO message`, in local time, on standard output
and in a file that is rotated.

Lines below `loglevel` are left out. What a full disk refuses is lost, for nobody is left to be told.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sexton.logs.relay import Journal
from sexton.model.units import MILLISECOND, SECOND
from sexton.wire.lines import one_line

if TYPE_CHECKING:
    from sexton.logs.appender import Appender
    from sexton.logs.outlet import Outlet
    from sexton.model.supervisord import Supervisord
    from sexton.model.units import Instant
    from sexton.ports import Clock

_WORDS = {"info": "INFO", "warning": "WARN", "error": "ERRO"}
_LEFT_OUT = {"warn": ("info",), "error": ("info", "warning"), "critical": tuple(_WORDS)}


class MainJournal(Journal):
    """Writes to `stdout`, where supervisord stays in the foreground and is not silent, and to `file` once there is
    one."""

    def __init__(self, stdout: Outlet, stderr: Outlet, clock: Clock, main: Supervisord) -> None:
        super().__init__(stderr, clock, "text", 0)
        self.file: Appender | None = None
        self._stdout = stdout if main.nodaemon and not main.silent else None
        self._left_out = _LEFT_OUT.get(main.loglevel, ())

    def _write(self, at: Instant, level: str, message: str, fields: dict[str, object]) -> None:
        if level in self._left_out:
            return
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at // SECOND))
        line = f"{when},{at % SECOND // MILLISECOND:03d} {_WORDS.get(level, 'INFO')} {one_line(message)}\n"
        data = line.encode(errors="replace")
        if self.file is not None:  # first: who has read a line finds it there too
            self.file.write(data)
        if self._stdout is not None:
            self._stdout.put(data)
