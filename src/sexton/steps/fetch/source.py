"""Where files come from: what a source of each kind can do, one module per scheme beside this one.

A module `fetch/SCHEME.py` has `source(address, options, deadline) -> Source`. A source says what is there and reads
it; it judges no name, writes nothing, and knows nothing of what was fetched before. Errors are StepErrors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from sexton.model.units import Instant
from sexton.steps.errors import NotPermitted, StepError


class Found(NamedTuple):
    """A file, and which version of it. `address` is what the ledger knows it by, without user and password; `name` is
    the way to it below the folder that the source lists, `/` between folders, as the source says it: not to be trusted.
    `size` in bytes, `modified`, and `tag`, an opaque word (an ETag), are None or "" where the source does not say.

    A file that `may_grow` may be listed before all of it is there. `changed` is when it last was, by this machine's own
    clock and set by nobody else; None where there is no such time."""

    address: str
    name: str
    size: int | None = None
    modified: Instant | None = None
    tag: str = ""
    changed: Instant | None = None
    may_grow: bool = False

    @property
    def version(self) -> tuple[int | None, Instant | None, str]:
        return self.size, self.modified, self.tag


class Stream(NamedTuple):
    """A file being read: `found` is it as it is now, and all `chunks` (of 1 MiB at most), from `offset` to the end, are
    of that version. Chunks that end before `found.size` are a cut connection, which is for the reader to notice."""

    found: Found
    offset: int
    chunks: Iterator[bytes]


class Changed(Exception):
    """The file became another one while it was read; what was read of it is worth nothing."""


class Missing(StepError):
    """Nothing is there of what an address without a pattern names; a file there would be known by `address`."""

    def __init__(self, message: str, address: str) -> None:
        super().__init__(message)
        self.address = address


class Unreadable(Exception):
    """This file cannot be had, as `error` says; the others of its source may well be."""

    def __init__(self, error: StepError) -> None:
        super().__init__(str(error))
        self.error = error


@contextmanager
def of_one_file() -> Iterator[None]:
    """What is not permitted within is about one file, and no door that is closed to all."""
    try:
        yield
    except NotPermitted as error:
        raise Unreadable(error) from error


class Source(Protocol):
    def list(self) -> Iterator[Found]:
        """Every regular file of the address, in any order; links and hidden files are none. Raises Missing."""

    def open(self, found: Found, offset: int = 0, held: Found | None = None) -> Stream | None:
        """Read `found`, beginning at `offset` of the version `held` of which we have that much already; from its start
        when the source cannot do that, or has another version by now.

        With `offset` 0, `held` is the version of which we have all: None when the source knows that it is the same."""

    def close(self) -> None:
        """Let go of connections; not an error the second time."""
