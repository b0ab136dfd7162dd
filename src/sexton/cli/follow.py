"""A log that is followed, also over new images of the daemon: each goes on where the last one was cut off.

The daemon says at which place it begins: a file and an offset, from which the bytes that came are counted on.
Invariant: no byte is missing, and none comes twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from sexton.cli.client import Client
from sexton.cli.failures import CutOff

_PLACE = b"sexton-log-place"


class Place:
    """Where the next byte of a log is; empty as long as nobody has said so."""

    def __init__(self) -> None:
        self._file = ""
        self._offset = 0
        self.known = True  # as long as nothing came from nowhere

    def told(self, headers: dict[bytes, bytes]) -> None:
        """The daemon begins here."""
        self._file, _, offset = headers.get(_PLACE, b"").decode("latin-1").rpartition("-")
        self._offset = int(offset or 0)

    def passed(self, count: int) -> None:
        self._offset += count
        self.known = bool(self._file)

    @property
    def query(self) -> str:
        return f"&from={self._file}-{self._offset}" if self._file else ""


def follow(client: Client, target: str) -> Iterator[bytes]:
    """The log at `target`, which has a query and follows, piece by piece."""
    place = Place()
    while True:
        asked = time.monotonic()
        try:
            for piece in client.stream(f"{target}{place.query}", endless=True, told=place.told):
                yield piece
                place.passed(len(piece))
            return
        except CutOff:
            if not place.known or not client.has_new_image(asked):
                raise
