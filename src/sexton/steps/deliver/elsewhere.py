"""Delivering to whatever else fsspec has a package for: object stores, WebDAV, SMB and more.

A file that was cut is sent again from its start, and whether a name is given in one go is up to the package: object
stores copy.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sexton.config.steps.deliver import Options
from sexton.steps.deliver.place import BLOCK, Seen
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.foreign import Foreign, server_of


class Elsewhere:
    """Implements Place."""

    def __init__(self, options: Options) -> None:
        with Foreign(f"connect to {server_of(options.to)}"):
            self._files, self._folder = _opened(options)
        self.where = options.to.partition("://")[0] + "://" + self._folder.rpartition("@")[2].lstrip("/")

    def enter(self, make: bool) -> None:
        if make:
            with self._told("make the folder"):
                self._files.makedirs(self._folder, exist_ok=True)

    def look(self, name: str) -> Seen | None:
        with self._told(f"look at {name}"):
            try:
                found = self._files.info(self._path(name))
            except FileNotFoundError:
                return None
        return Seen(found.get("type") == "file", found.get("size") or 0)

    def make_folders(self, name: str) -> None:
        if "/" not in name:
            return
        with self._told(f"make the folders of {name}"):
            self._files.makedirs(os.path.dirname(self._path(name)), exist_ok=True)

    def read(self, name: str) -> Iterator[bytes]:
        with self._told(f"read {name}"), self._files.open(self._path(name), "rb") as file:
            while block := file.read(BLOCK):
                yield block

    @contextmanager
    def write(self, part: str, size: int) -> Iterator["_Writer"]:
        with self._told(f"write {part}"), self._files.open(self._path(part), "wb") as file:
            yield _Writer(self, part, file)

    def rename(self, part: str, name: str, replace: bool) -> Seen | None:
        if not replace and self.look(name) is not None:
            raise StepError(f"cannot deliver {name}: another file came there meanwhile ({self.where})")
        with self._told(f"rename {part} to {name}"):
            self._files.mv(self._path(part), self._path(name))
        return self.look(name)

    def remove(self, part: str) -> None:
        with self._told(f"remove {part}"):
            self._files.rm_file(self._path(part))

    def close(self) -> None:
        """fsspec keeps its connections for others, and ends them with the process."""

    def _told(self, doing: str) -> Foreign:
        return Foreign(f"{doing} ({self.where})")

    def _path(self, name: str) -> str:
        return f"{self._folder.rstrip('/')}/{name}"


class _Writer:
    """Implements Writer."""

    begun = 0

    def __init__(self, place: Elsewhere, part: str, file: Any) -> None:
        self._place, self._part, self._file = place, part, file

    def write(self, block: bytes, offset: int) -> None:
        self._file.write(block)

    def finish(self, mode: int | None) -> int:
        if mode is not None:
            raise Misconfigured("cannot set a `mode` there: only folders and SFTP servers have one; leave it out")
        self._file.close()
        found = self._place.look(self._part)
        return found.size if found else 0


def _opened(options: Options) -> tuple[Any, str]:
    """fsspec's file system, which may connect at once, and the folder in it."""
    scheme = options.to.partition("://")[0]
    try:
        from fsspec.core import url_to_fs

        given = {name: value for name in ("username", "password") if (value := getattr(options, name))}
        files, folder = url_to_fs(options.to, **given)
    except (ImportError, ValueError, TypeError) as error:
        why = f"cannot deliver to {scheme}://: {error}"
        raise Misconfigured(f"{why}; `pip install sexton[ingest]` and the package that fsspec wants") from error
    return files, str(folder)
