"""Where files are delivered to: what a place of each kind can do, one module per kind beside this one.

A place does what it is told, with names below its folder; it does not judge whether that is wise. Errors are StepErrors
or OSErrors. A part is a file under a temporary name: it lies beside where the file will be.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from sexton.config.steps.deliver import Options
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured
from sexton.steps.manifest import Entry
from sexton.steps.names import OWN

BLOCK = 4 * 1024 * 1024


class Seen(NamedTuple):
    """What lies under a name: a regular file of some size in bytes, or something else, such as a link."""

    is_file: bool
    size: int


class Writer(Protocol):
    """Of a part, of which the first `begun` bytes are there already."""

    @property
    def begun(self) -> int: ...

    def write(self, block: bytes, offset: int) -> None:
        """Blocks come in order, without gaps. Returns when the place has taken all before this one."""

    def finish(self, mode: int | None) -> int:
        """All is written: have it on the disk, with those permissions. Bytes that the place says are there."""


class Place(Protocol):
    """`where` is for messages."""

    where: str

    def enter(self, make: bool) -> None:
        """See that the folder is there; make it, where one may. StepError otherwise."""

    def look(self, name: str) -> Seen | None:
        """None where there is nothing. A symbolic link is itself."""

    def make_folders(self, name: str) -> None:
        """Those that `name` goes through below the folder. StepError where one is a link, or no folder."""

    def read(self, name: str) -> Iterator[bytes]:
        """All of a file."""

    def write(self, part: str, size: int) -> AbstractContextManager[Writer]:
        """Go on with a part that is to have `size` bytes, or begin it. What is in its place and cannot be gone on with,
        such as a link, is removed."""

    def rename(self, part: str, name: str, replace: bool) -> Seen | None:
        """In one go, where the place can; what lies there then. StepError, when it is not to `replace` and there is
        something by now."""

    def remove(self, part: str) -> None:
        """StepError where it is not there."""

    def close(self) -> None:
        """Let go of connections; not an error the second time."""


def place_of(options: Options, deadline: Deadline) -> Place:
    """The place that `to` names. It belongs to one thread."""
    scheme, separator, _ = options.to.partition("://")
    if not separator or scheme == "file":
        from sexton.steps.deliver.folder import Folder

        return Folder(_path(options.to) if separator else options.to)
    if not scheme.replace("+", "").isalnum():
        raise Misconfigured(
            "cannot tell where to deliver to: a folder, or a URL such as sftp://user@host/folder is meant"
        )
    if scheme == "sftp":
        from sexton.steps.deliver.server import Server

        return Server(options, deadline)
    from sexton.steps.deliver.elsewhere import Elsewhere

    return Elsewhere(options)


def _path(url: str) -> str:
    from urllib.parse import unquote

    return unquote(url.removeprefix("file://"))


def part_of(entry: Entry) -> str:
    """The name of the part: the same for the same content under the same name, whoever delivers it, so that what an
    attempt has left is gone on with, and two that are at it at once write the same bytes."""
    from hashlib import sha256

    folder, slash, _ = entry.name.rpartition("/")
    digest = sha256(f"{entry.name}\0{entry.sha256}".encode("utf-8", "surrogateescape")).hexdigest()
    return f"{folder}{slash}{OWN}{digest[:20]}.part"


def whole_blocks(there: int) -> int:
    """Bytes of a part that are surely right, when `there` are there: each block is confirmed before the next one is
    written, so that all before the last one that was begun had arrived."""
    return max(there - 1, 0) // BLOCK * BLOCK
