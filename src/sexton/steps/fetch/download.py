"""One file from its source into a part of ours: whole, counted and hashed, or not at all.

A cut connection is gone on with at once, at the offset that was reached, as long as each try brings more; what is
left then is gone on with by the next attempt of the run.
"""

import json
import os
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from sexton.steps.errors import StepError, Temporary
from sexton.steps.fetch.ledger import Had, key
from sexton.steps.fetch.source import Found, Source, Stream, Unreadable
from sexton.steps.names import shown
from sexton.steps.parts import Parts

_CHUNK = 1 << 20
_CUTS = 20  # tries in a row, each of which brought more


class TooLarge(Exception):
    """More bytes than a file may have; the message says how many."""


class Download(NamedTuple):
    """From `source` to parts in `folder`, of `max_size` bytes at most; `heard` is told of each number of bytes."""

    source: Source
    parts: Parts
    folder: str
    max_size: int
    heard: Callable[[int], None]

    def path(self, found: Found) -> str:
        return self.parts.path(self.folder, key(found.address))

    def fetch(self, found: Found, known: Had | None) -> Had | None:
        """Fetch `found` into the part of its `path`; None: it is what is `known`. Raises Changed, Unreadable,
        TooLarge, and for what would befall other files too StepErrors, OSError."""
        reached = -1
        for _ in range(_CUTS):
            try:
                return self._go_on(found, known)
            except Temporary:
                before, reached = reached, self._size(found)
                if reached <= before or reached == 0:
                    raise
            except StepError as error:
                if type(error) is StepError:
                    raise Unreadable(error) from error
                raise
        raise Temporary(f"cannot fetch {shown(found.name)}: the connection was cut {_CUTS} times")

    def _size(self, found: Found) -> int:
        path = self.path(found)
        return 0 if self.parts.note(path) is None else os.lstat(path).st_size

    def _go_on(self, found: Found, known: Had | None) -> Had | None:
        path = self.path(found)
        note, size = self.parts.note(path), self._size(found)
        begun = Found(found.address, found.name, *json.loads(note)) if note is not None and size else None
        held = begun or (known.found if known else None)
        stream = self.source.open(found, size if begun else 0, held)
        if stream is None:
            return None
        with closing(stream.chunks):  # type: ignore[type-var]
            return self._take(stream, path, size if begun else 0)

    def _take(self, stream: Stream, path: str, size: int) -> Had:
        from hashlib import sha256

        self._bound(stream.found.size or 0)
        go_on = 0 < stream.offset <= size
        if stream.offset and not go_on:
            raise StepError(f"cannot fetch {shown(stream.found.name)}: its source began at {stream.offset}, not {size}")
        opened = (self.parts.open if go_on else self.parts.open_anew)(path, json.dumps(stream.found.version))
        digest = sha256()
        with open(opened, "r+b") as part:
            while part.tell() < stream.offset:
                digest.update(part.read(min(_CHUNK, stream.offset - part.tell())))
            part.truncate()
            for chunk in stream.chunks:
                self._bound(part.tell() + len(chunk))
                part.write(chunk)
                digest.update(chunk)
                self.heard(len(chunk))
            got = part.tell()
            _judge(stream.found, got)
            os.fsync(part.fileno())
        return Had(stream.found._replace(size=got), digest.hexdigest())

    def _bound(self, size: int) -> None:
        if size > self.max_size:
            raise TooLarge(f"it is larger than `max_size`, {self.max_size:,} bytes")


def _judge(found: Found, got: int) -> None:
    if found.size is None or found.size == got:
        return
    if got < found.size:
        raise Temporary(f"cannot fetch {shown(found.name)}: it ended after {got:,} of {found.size:,} bytes")
    raise StepError(f"cannot fetch {shown(found.name)}: {got:,} bytes came, and its source says {found.size:,}")
