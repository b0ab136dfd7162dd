"""Files of this machine: a path or pattern, or file:// with one. Files are copied, links are none, and a file that
becomes another while it is read counts as not whole yet.
"""

import errno
import os
import stat
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from sexton.config.steps.fetch import Options
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured
from sexton.steps.fetch.mounts import is_ours
from sexton.steps.fetch.pattern import Child, matching, split
from sexton.steps.fetch.source import Changed, Found, Missing, Stream, of_one_file
from sexton.steps.names import shown
from sexton.steps.troubles import of_os, told

_CHUNK = 1 << 20


def source(address: str, options: Options, deadline: Deadline) -> "Folder":
    """Raises Misconfigured."""
    ours = [os.path.realpath(each) for each in (options.into, options.backup) if each]
    return Folder(_path(address), ours)


def _path(address: str) -> str:
    if not address.startswith("file:"):
        return address
    url = urlsplit(address.replace("?", "%3F"))
    if url.netloc not in ("", "localhost") or not url.path.startswith("/"):
        raise Misconfigured(f"cannot read the address {address}: file:///PATH is meant")
    return unquote(url.path)


class Folder:
    """Implements Source. What lies in one of the folders `ours` is what we put there ourselves."""

    def __init__(self, path: str, ours: list[str]) -> None:
        self._ours = ours
        base, parts = (path, ("*",)) if os.path.isdir(path) else split(path)
        self._base = os.path.abspath(base)
        self._in_our_time = is_ours(self._base)
        self._parts: tuple[str, ...] = parts

    def list(self) -> Iterator[Found]:
        with told(f"list {self._base}"):
            if self._parts:
                for name, child in matching(self._base, self._parts, self._children):
                    yield self._found(f"{self._base.rstrip('/')}/{name}", name, child)
            else:
                child = self._itself()
                if child.kind:
                    yield self._found(self._base, child.name, child)

    def open(self, found: Found, offset: int = 0, held: Found | None = None) -> Stream | None:
        opened = _opened(found)
        now = _as_opened(opened, found)
        if held is not None and held.version == now.version:
            if not offset:
                os.close(opened)
                return None
        else:
            offset = 0
        return Stream(now, offset, _chunks(opened, now, offset))

    def close(self) -> None:
        """Nothing is held."""

    def _itself(self) -> Child:
        try:
            return _child(os.path.basename(self._base), os.lstat(self._base))
        except FileNotFoundError as error:
            raise Missing(str(of_os(error, f"list {self._base}")), self._base) from error

    def _found(self, path: str, name: str, child: Child) -> Found:
        changed = child.changed if self._in_our_time else None
        return Found(path, name, child.size, child.modified, child.tag, changed, may_grow=True)

    def _children(self, folder: str) -> Iterator[Child]:
        if os.path.realpath(folder) in self._ours:
            return
        try:
            with os.scandir(folder) as inside:
                for each in inside:
                    try:
                        yield _child(each.name, each.stat(follow_symlinks=False))
                    except FileNotFoundError:  # gone since it was listed
                        continue
        except FileNotFoundError:
            if folder == self._base:
                raise


def _opened(found: Found) -> int:
    """Raises Changed when the file is gone, or a link, since it was listed."""
    with of_one_file(), told(f"read {shown(found.name)}"):
        try:
            return os.open(found.address, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP):
                raise Changed from error
            raise


def _child(name: str, of: os.stat_result) -> Child:
    kind = "file" if stat.S_ISREG(of.st_mode) else "folder" if stat.S_ISDIR(of.st_mode) else ""
    return Child(name, kind, of.st_size, of.st_mtime_ns // 1000, str(of.st_ino), of.st_ctime_ns // 1000)


def _as_opened(opened: int, found: Found) -> Found:
    child = _child(found.name, os.fstat(opened))
    if child.kind != "file":
        os.close(opened)
        raise Changed
    return Found(found.address, found.name, child.size, child.modified, child.tag)


def _chunks(opened: int, now: Found, offset: int) -> Iterator[bytes]:
    with of_one_file(), open(opened, "rb", buffering=0) as file, told(f"read {shown(now.name)}"):
        file.seek(offset)
        while chunk := file.read(_CHUNK):
            yield chunk
        after = _child(now.name, os.fstat(opened))
        if (after.size, after.modified, after.tag) != now.version:
            raise Changed
