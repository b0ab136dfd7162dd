"""What a listener answers, on its way to a file: a copy beside the protocol, for those who want to read along.

Loaded for listeners whose `log` keeps it. Where it stops: the pipe is read by engine/member.py, which gets the bytes as
they came. Invariant: what the file refuses is lost, and neither the protocol nor the process notices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.logs.appender import Appender
    from sexton.wire.redact import Redaction


class AnswersCopy:
    """Implements ports.Copy."""

    def __init__(self, file: Appender, redaction: Redaction | None) -> None:
        self._file = file.use()
        self._redaction = redaction

    def write(self, data: bytes) -> None:
        self._file.write(data if self._redaction is None else self._redaction.feed(data))

    def close(self) -> None:
        """Nothing more comes."""
        if self._redaction is not None:
            self._file.write(self._redaction.finish())
        self._file.leave()
