"""In place of a log file: our own standard output or standard error, or nothing at all.

Bytes go on as they come, undressed; what the reader does not take in time is dropped and counted by the outlet, for no
child's output may hold us up. Invariant: nothing here is rotated, and no file is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.logs.appender import Appender

if TYPE_CHECKING:
    from sexton.logs.outlet import Outlet
    from sexton.model.log import Log


class Passage(Appender):
    """Writes to `outlet`, None: drops everything."""

    __slots__ = ("_outlet",)

    def __init__(self, path: str, log: Log, outlet: Outlet | None) -> None:
        super().__init__(path, -1, log)
        self._outlet = outlet

    def reopen(self) -> None:
        """There is nothing to open."""

    def write(self, data: bytes) -> int:
        if self._outlet is not None:
            self._outlet.put(bytes(data))
        self.size += len(data)
        return len(data)
