"""Capture mode: what a process writes between two marks is a message for listeners, and no output.

The marks are supervisord's. Of a message no more than its last `limit` bytes are kept. Invariant: what is found does
not depend on how the bytes were cut; every byte outside of the marks comes out, in order, the last ones with `finish`.
"""

from typing import NamedTuple

BEGIN = b"<!--XSUPERVISOR:BEGIN-->"
END = b"<!--XSUPERVISOR:END-->"


class Piece(NamedTuple):
    """Output, or what stands between the marks, with the message that it completes, if it does."""

    output: bytes = b""
    captured: bytes = b""
    message: bytes | None = None


class Capture:
    """One channel of one process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = b""  # may be the beginning of a mark
        self._message: bytes | None = None  # begun, and not ended yet

    def feed(self, data: bytes) -> list[Piece]:
        """What becomes of `data`, and of what was held back, in its order."""
        data, self._rest = self._rest + data, b""
        pieces: list[Piece] = []
        while data:
            mark = BEGIN if self._message is None else END
            before, found, data = data.partition(mark)
            if not found:
                keep = _begun(before, mark)
                before, self._rest = before[: len(before) - keep], before[len(before) - keep :]
            if self._message is None:
                pieces.append(Piece(output=before))
                self._message = b"" if found else None
                continue
            self._message = (self._message + before)[-self._limit :]
            pieces.append(Piece(captured=before, message=self._message if found else None))
            self._message = None if found else self._message
        return pieces

    @property
    def rest(self) -> bytes:
        """The beginning of a mark, as it seems, which no piece has had so far."""
        return self._rest

    @property
    def held(self) -> bytes:
        """What was held back; whoever is fed it is where this is."""
        return self._rest if self._message is None else BEGIN + self._message + self._rest

    def finish(self) -> bytes:
        """Nothing more comes: what was held back is output, and so is a message that was never ended."""
        held, self._message, self._rest = self.held, None, b""
        return held


def _begun(data: bytes, mark: bytes) -> int:
    """How many of the last bytes of `data` may be the beginning of `mark`."""
    return next((length for length in range(min(len(mark) - 1, len(data)), 0, -1) if data.endswith(mark[:length])), 0)
