"""One file on its way into a database: its columns, its rows or bytes, and whether it is still what was handed on.

It is read once, and hashed on the way; whoever has taken all of it asks `verify` before anything is committed.
"""

import codecs
import io
from collections.abc import Callable, Container, Iterator
from hashlib import sha256

from sexton.steps.errors import StepError
from sexton.steps.load.cells import Row, rows
from sexton.steps.manifest import Entry
from sexton.steps.names import shown
from sexton.steps.troubles import told

_CHUNK = 1 << 18
_HEADER = 1_000_000  # bytes
_BOM = codecs.BOM_UTF8
Passed = Callable[[int], None]  # told how many bytes of the file were read so far


class Feed:
    """The file of `entry`; `passed` hears how far it was read."""

    def __init__(self, entry: Entry, passed: Passed) -> None:
        self.entry = entry
        self._passed = passed
        self._digest = sha256()
        self._size = 0
        self.columns = self._read_columns()

    def _read_columns(self) -> tuple[str, ...]:
        """The names in the first row, which has to fit on a line that is not too long."""
        with told(f"load {self.entry.name}"), open(self.entry.path, "rb") as file:
            first = file.readline(_HEADER).removeprefix(_BOM)
        try:
            found = next(rows([first.decode()])).cells if first.strip() else ()
        except UnicodeDecodeError:
            raise self.unfit("its first line is not UTF-8 text") from None
        if not found or None in found or len(set(found)) < len(found):
            raise self.unfit("its first line has no names of columns, each of them once")
        return tuple(map(str, found))

    def unfit(self, what: str, line: int = 1) -> StepError:
        return StepError(f"cannot load {self.entry.name}: {what} ({self.entry.path}:{line})")

    def know(self, columns: Container[str], same: Callable[[str], str] = str) -> None:
        """Raises StepError for a column of the file that is none of the table's `columns`, which `same` names alike."""
        strange = next((name for name in self.columns if same(name) not in columns), None)
        if strange is not None:
            raise self.unfit(f"the table has no column {shown(strange)}")

    def chunks(self) -> Iterator[bytes]:
        """All of the file, as it is, but for a byte order mark."""
        self._digest, self._size = sha256(), 0
        with told(f"load {self.entry.name}"), open(self.entry.path, "rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                self._digest.update(chunk)
                chunk_of = chunk.removeprefix(_BOM) if not self._size else chunk
                self._size += len(chunk)
                self._passed(self._size)
                yield chunk_of

    def is_quoted(self, size: int) -> bool:
        """Whether a quote is open after so many bytes of `chunks`."""
        quotes = 0
        with told(f"load {self.entry.name}"), open(self.entry.path, "rb", buffering=0) as file:
            file.seek(len(_BOM) if file.read(len(_BOM)) == _BOM else 0)
            while size and (chunk := file.read(min(size, _CHUNK))):
                quotes += chunk.count(b'"')
                size -= len(chunk)
        return quotes % 2 == 1

    def rows(self) -> Iterator[Row]:
        """The rows after the first. Raises StepError for one that has not as many cells as there are columns."""
        reader = io.TextIOWrapper(io.BufferedReader(_Raw(self.chunks())), encoding="utf-8", newline="\n")
        try:
            read = rows(reader)
            next(read)
            for row in read:
                if len(row.cells) != len(self.columns):
                    raise self.unfit(f"{len(row.cells)} cells where {len(self.columns)} are meant", row.line)
                yield row
        except UnicodeDecodeError as error:
            raise StepError(f"cannot load {self.entry.name}: it is not UTF-8 text: {error.reason}") from None

    def verify(self, loaded: int) -> None:
        """Raises StepError unless the file is what the manifest says, and all its rows have been `loaded`."""
        if self._digest.hexdigest() != self.entry.sha256:
            raise StepError(f"cannot load {self.entry.name}: it has changed since it was handed on ({self.entry.path})")
        if self.entry.rows is not None and self.entry.rows != loaded:
            said = f"{loaded} rows came to the database where it has {self.entry.rows}"
            raise StepError(f"cannot load {self.entry.name}: {said} ({self.entry.path})")


class _Raw(io.RawIOBase):
    """Chunks as a file that can be read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        taken = min(len(view), len(self._rest))
        view[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken
