"""What a listener answers, on its way to a file: a copy beside the protocol, for those who want to read along.

Loaded for listeners whose `log` keeps it. Where it stops: the pipe is read by engine/listeners/member.py, which gets
the bytes as they came. Invariant: what the file refuses is lost, and neither the protocol nor the process notices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.logs.appender import Appender
    from sexton.ports import Filter


class AnswersCopy:
    """Implements ports.Copy."""

    def __init__(self, file: Appender, clean: Filter | None) -> None:
        self._file = file.use()
        self._filter = clean

    def write(self, data: bytes) -> None:
        self._file.write(data if self._filter is None else self._filter.feed(data))

    def close(self) -> None:
        """Nothing more comes."""
        if self._filter is not None:
            self._file.write(self._filter.finish())
        self._file.leave()
