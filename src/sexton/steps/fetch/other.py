"""Whatever else fsspec can read (s3, gcs, abfs, memory …), when it and the package for that scheme are installed.

The options of the package are its own affair, by its environment variables and files; `username`, `password` and
`token` are handed to it when they are given. Offsets are trusted as far as the version is told.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

from sexton.config.steps.fetch import Options
from sexton.model.units import SECOND, Instant
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.fetch.pattern import Child, matching, split
from sexton.steps.fetch.source import Found, Missing, Stream, of_one_file
from sexton.steps.foreign import Foreign, server_of

_CHUNK = 1 << 20
_TAGS = ("ETag", "etag", "md5Hash", "content_md5", "version_id", "mtime")


def source(address: str, options: Options, deadline: Deadline) -> "Remote":
    """Raises Misconfigured, which names the package that is missing."""
    scheme = address.partition("://")[0]
    try:
        import fsspec
    except ImportError:
        raise Misconfigured(f"cannot read {scheme}:// addresses without fsspec; install sexton[ingest]") from None
    given = {"username": options.username, "password": options.password, "token": options.token}
    with Foreign(f"connect to {server_of(address)}"):
        try:
            system, path = fsspec.core.url_to_fs(address, **{name: value for name, value in given.items() if value})
        except (ImportError, ValueError) as error:
            raise Misconfigured(f"cannot read {scheme}:// addresses: {error}") from None
    return Remote(scheme, system, path, deadline)


class Remote:
    """Implements Source, over a file system of fsspec."""

    def __init__(self, scheme: str, system: Any, path: str, deadline: Deadline) -> None:
        self._scheme = scheme
        self._system = system
        self._path = path
        self._deadline = deadline

    def list(self) -> Iterator[Found]:
        base, parts = split(self._path)
        try:
            what = self._info(base)
        except StepError as error:
            if parts or not isinstance(error.__cause__, FileNotFoundError):
                raise
            raise Missing(str(error), self._address(base)) from error
        if what["type"] == "directory":
            for name, child in matching(base, parts or ("*",), self._children):
                yield self._found(f"{base}/{name}", name, child)
        elif not parts:
            child = _child(what)
            yield self._found(base, child.name, child)

    def open(self, found: Found, offset: int = 0, held: Found | None = None) -> Stream | None:
        path = found.address.removeprefix(f"{self._scheme}://")
        with of_one_file():
            now = Found(found.address, found.name, *_child(self._info(path))[2:])
        known = held is not None and held.version == now.version and bool(now.tag or now.modified)
        if known and not offset:
            return None
        offset = offset if known else 0
        return Stream(now, offset, self._chunks(path, offset))

    def close(self) -> None:
        """fsspec keeps its connections for the process."""

    def _found(self, path: str, name: str, child: Child) -> Found:
        return Found(self._address(path), name, child.size, child.modified, child.tag, may_grow=True)

    def _address(self, path: str) -> str:
        return f"{self._scheme}://{path}"

    def _info(self, path: str) -> dict[str, Any]:
        with self._told(path):
            found: dict[str, Any] = self._system.info(path)
        return found

    def _children(self, folder: str) -> Iterator[Child]:
        with self._told(folder):
            inside = self._system.ls(folder, detail=True)
        for each in inside:
            if each["name"].rstrip("/") != folder.rstrip("/"):
                yield _child(each)

    def _chunks(self, path: str, offset: int) -> Iterator[bytes]:
        with of_one_file(), self._told(path), closing(self._system.open(path, "rb")) as file:
            file.seek(offset)
            while True:
                self._deadline.left(f"fetch {path}")
                chunk = file.read(_CHUNK)
                if not chunk:
                    return
                yield chunk

    def _told(self, path: str) -> Foreign:
        self._deadline.left(f"fetch {path}")
        return Foreign(f"fetch {self._address(path)}")


def _child(info: dict[str, Any]) -> Child:
    kind = {"file": "file", "directory": "folder"}.get(info["type"], "")
    name = info["name"].rstrip("/").rpartition("/")[2]
    kind = "" if info.get("islink") else kind
    tag = next((str(info[key]) for key in _TAGS if info.get(key)), "")
    return Child(name, kind, info.get("size"), _modified(info), tag)


def _modified(info: dict[str, Any]) -> Instant | None:
    found = next(
        (info[key] for key in ("LastModified", "last_modified", "modified", "updated", "created") if key in info), None
    )
    return int(found.timestamp() * SECOND) if isinstance(found, datetime) else None
