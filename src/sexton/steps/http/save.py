"""The answer as a file below `into`: whole or not there, over no other file, and written down for the next attempt.

It is written down before it is put in its place: what is there then, with that size and sha256, is the answer.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import SplitResult, unquote

from sexton.steps import durable, manifest
from sexton.steps.digest import sha256_of
from sexton.steps.errors import Misconfigured
from sexton.steps.ledgers import ledger
from sexton.steps.manifest import Entry, Manifest
from sexton.steps.names import fault, shown
from sexton.steps.parts import Parts
from sexton.steps.placing import place
from sexton.steps.troubles import Writing
from sexton.steps.work import Work


def name_of(filename: str | None, url: SplitResult) -> str:
    """What the answer is called below `into`. Raises Misconfigured."""
    name = filename or unquote(url.path).rpartition("/")[2]
    reason = fault(name)
    if not name or reason:
        raise Misconfigured(f"cannot save the answer as '{shown(name)}': {reason}; `filename` can be another")
    return name


def kept(work: Work) -> Entry | None:
    """The answer that an earlier attempt of this run has, when it is still as it was."""
    try:
        with open(_note(work), encoding="utf-8") as file:
            (entry,) = manifest.of_json(file.read(), file.name).files
    except FileNotFoundError:
        return None
    with _own_parts(work):  # it may have died with two names for one file
        pass
    with suppress(FileNotFoundError):
        if sha256_of(entry.path) == (entry.size, entry.sha256):
            return entry
    return None


def save(pieces: Iterable[bytes], into: str, name: str, work: Work) -> Entry:
    """Raises OSError, and whatever the pieces raise."""
    os.makedirs(into, exist_ok=True)
    with _own_parts(work) as parts, Writing(into):
        part = parts.path(into, work.folder)
        try:
            size, sha256 = _write(pieces, parts.open_anew(part, ""))
            entry = Entry("", name, size, sha256)
            placed = place(part, into, name, sha256, note=lambda path: _write_down(_at(entry, path, into), work))
        finally:
            parts.forget(part)
    entry = entry._replace(path=placed.path, name=placed.name)
    _write_down(entry, work)
    return entry


@contextmanager
def _own_parts(work: Work) -> Iterator[Parts]:
    """With nothing left of attempts that died."""
    with ledger(work.home, "http", "") as db, closing(Parts(db, work.home, work.run or work.folder)) as parts:
        parts.clear(own=True)
        yield parts


def _write(pieces: Iterable[bytes], opened: int) -> tuple[int, str]:
    """How much, and its sha256."""
    from hashlib import sha256

    digest = sha256()
    with open(opened, "wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
        file.flush()
        os.fsync(opened)
        return file.tell(), digest.hexdigest()


def _at(entry: Entry, path: str, into: str) -> Entry:
    return entry._replace(path=path, name=os.path.relpath(path, os.path.abspath(into)))


def _write_down(entry: Entry, work: Work) -> None:
    durable.write(_note(work), manifest.as_json(Manifest((entry,))))


def _note(work: Work) -> str:
    return os.path.join(work.folder, "answer")
