"""What processes write, as events: each piece as it is read (PROCESS_LOG), and what stands between two marks
(PROCESS_COMMUNICATION), which supervisord tells as pieces, too.

Loaded for services whose `log` says so, when there are listeners. Where it stops: nothing is kept here but the
beginning of a mark, a message that has no end yet, and of a character that was cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.model.log import CHANNELS
from sexton.wire import payload
from sexton.wire.capture import Capture

if TYPE_CHECKING:
    from sexton.engine.listeners.listeners import Listeners
    from sexton.engine.services.entry import ServiceEntry


class ChannelEar:
    """Implements ports.Ear for one channel of one process, `stdout` or `stderr`."""

    def __init__(self, listeners: Listeners, entry: ServiceEntry, pid: int, channel: str) -> None:
        log = entry.service.process.log
        self._listeners = listeners
        self._of = (*listeners.named(entry.service), pid)
        self._channel = channel
        limit = log.capture[CHANNELS.index(channel)]
        self._capture = Capture(limit) if limit else None
        self._tells = channel in log.events
        self._cut = b""

    def hear(self, data: bytes) -> bytes:
        if self._capture is None:
            self._tell(data)
            return data
        pieces = self._capture.feed(data)
        for piece in pieces:
            self._tell(piece.output or piece.captured)
            if piece.message is not None:
                self._post_message(piece.message)
        return b"".join([piece.output for piece in pieces])

    def take_up(self, held: bytes) -> bytes:
        tells, self._tells = self._tells, False  # what of it could be told has been
        output, self._tells = self.hear(held), tells
        return output

    @property
    def held(self) -> bytes:
        return b"" if self._capture is None else self._capture.held

    def finish(self) -> bytes:
        untold = self._cut if self._capture is None else self._cut + self._capture.rest
        self._cut = b""
        self._post(untold)
        return b"" if self._capture is None else self._capture.finish()

    def _tell(self, output: bytes) -> None:
        """Tell what was written, but not a character of which the rest is still to come."""
        if self._tells and output:
            whole = self._cut + output
            cut = cut_character(whole)
            self._cut = whole[len(whole) - cut :]
            self._post(whole[: len(whole) - cut])

    def _post_message(self, message: bytes) -> None:
        name = f"PROCESS_COMMUNICATION_{self._channel.upper()}"
        self._listeners.post(name, lambda: payload.process_communication(*self._of, message))

    def _post(self, output: bytes) -> None:
        if self._tells and output:
            name = f"PROCESS_LOG_{self._channel.upper()}"
            self._listeners.post(name, lambda: payload.process_log(*self._of, self._channel, output))


def cut_character(data: bytes) -> int:
    """How many of the last bytes are the beginning of a UTF-8 character."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < length else 0
        if byte < 0x80:
            return 0
    return 0
