"""Which git repositories there are below a folder, and which remotes each has.

Links are not followed, and nothing within a repository is looked at for another (gitrepository-layout(5)).
"""

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sexton.steps.errors import StepError
from sexton.steps.regular import opened
from sexton.steps.troubles import told

if TYPE_CHECKING:
    from sexton.steps.mirror.git import Git

_DEEPEST = 6  # folders below the one that is named
_MOST = 100_000  # folders that are looked into
_CONFIG_LIMIT = 1_000_000  # bytes
_REMOTE = re.compile(r'^\s*\[\s*remote\s+"((?:[^"\\\n]|\\.)+)"\s*\]', re.MULTILINE)
_ELSEWHERE = re.compile(r"^\s*\[\s*include", re.MULTILINE | re.IGNORECASE)


class Repository(NamedTuple):
    """`path` is where git is told to go, `folder` where it keeps its own files: the same for a bare one. `name` is the
    path below the folder that was named, or its own name where it is that folder."""

    path: str
    folder: str
    name: str

    @property
    def bare(self) -> bool:
        return self.path == self.folder


def found_below(folder: str) -> Iterator[Repository]:
    """In the order of their paths. Raises StepError where the folder cannot be read, or holds too many others."""
    top = os.path.abspath(folder)
    looked = 0
    waiting = [(top, 0)]
    while waiting:
        path, depth = waiting.pop()
        looked += 1
        if looked > _MOST:
            raise StepError(f"cannot find repositories: there are more than {_MOST:,} folders below {folder}")
        own = path if _is_git_folder(path) else os.path.join(path, ".git")
        if own == path or _is_git_folder(own):
            yield Repository(path, own, os.path.relpath(path, top) if path != top else os.path.basename(top))
        elif depth < _DEEPEST:
            waiting += [(below, depth + 1) for below in reversed(_folders_in(path))]


def _is_git_folder(path: str) -> bool:
    return all(os.path.exists(os.path.join(path, each)) for each in ("HEAD", "objects", "refs"))


def _folders_in(path: str) -> list[str]:
    with told(f"look for repositories in {path}"), os.scandir(path) as entries:
        return sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))


def remotes_of(repository: Repository, git: "Git") -> tuple[str, ...]:
    """The names of its remotes. Git is asked only where another file may name some: that is a process for each."""
    text = _config_of(repository)
    if text is not None and not _ELSEWHERE.search(text):
        return tuple(dict.fromkeys(re.sub(r"\\(.)", r"\1", name) for name in _REMOTE.findall(text)))
    return tuple(git.run(repository.path, "remote").out.splitlines())


def _config_of(repository: Repository) -> str | None:
    """Its own configuration; None where that is too long to be looked at here."""
    path = os.path.join(repository.folder, "config")
    with told(f"read the configuration of {repository.name}"), opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        return file.read(size).decode("utf-8", "surrogateescape") if size <= _CONFIG_LIMIT else None
