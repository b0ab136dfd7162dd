"""Files that are written in a hidden folder beside their places, and take these when all is in them: whole, on the
disk, and known by hash.

The hidden folder is a part (see parts.py), so that who dies leaves nothing for ever. No draft takes another file's
place: where its name is taken by other content, or by another draft whatever is in it, it gets a number.
"""

import os
from hashlib import sha256
from types import TracebackType

from sexton.steps.manifest import Entry
from sexton.steps.parts import Parts
from sexton.steps.placing import place
from sexton.steps.troubles import Writing

_BUFFER = 1 << 18


class Draft:
    """Of the file `name` below `folder`, meanwhile at `path`. Raises OSError as writing does."""

    def __init__(self, path: str, folder: str, name: str, taken: set[str]) -> None:
        self._path = path
        self._taken = taken
        self._folder = folder
        self._name = name
        self._file = open(path, "xb", buffering=_BUFFER)  # noqa: SIM115 - `finish` closes it
        self._writing = Writing(folder)
        self._hash = sha256()
        self._size = 0

    def write(self, text: str) -> None:
        self.write_bytes(text.encode())

    def write_bytes(self, data: bytes) -> None:
        self._hash.update(data)
        self._size += len(data)
        with self._writing:
            self._file.write(data)

    def finish(self) -> None:
        """All is written, and on the disk."""
        with self._writing:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def publish(self, rows: int) -> Entry:
        """Of a finished draft. Raises StepError too."""
        digest = self._hash.hexdigest()
        placed = place(self._path, self._folder, self._name, digest, self._taken)
        self._taken.add(placed.path)
        return Entry(placed.path, placed.name, self._size, digest, rows)

    def close(self) -> None:
        with self._writing:
            self._file.close()


class Drafts:
    """Of files below `folder`. A context manager: what is not published by its end is gone. Raises OSError."""

    def __init__(self, parts: Parts, folder: str) -> None:
        self._parts = parts
        self._folder = folder
        self._hidden = parts.path(folder, f"drafts {os.getpid()}")  # by hand, two may have no run
        self._begun: list[Draft] = []
        self._taken: set[str] = set()  # the paths of those that are published

    def __enter__(self) -> "Drafts":
        os.makedirs(self._folder, exist_ok=True)
        self._parts.make_folder(self._hidden)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for draft in self._begun:
            draft.close()
        self._parts.forget(self._hidden)

    def begin(self, name: str) -> Draft:
        draft = Draft(os.path.join(self._hidden, str(len(self._begun))), self._folder, name, self._taken)
        self._begun.append(draft)
        return draft
