"""Which files are sorted: those of the step before, or those that the step is told of. Each once, by its path; and what
is made of each has a name of its own.
"""

import os
from collections.abc import Iterable
from glob import glob, has_magic
from typing import NamedTuple

from sexton.steps.manifest import Manifest
from sexton.steps.names import numbered


class Source(NamedTuple):
    """A file, what it is called below its folder, its size in bytes, and what the files are called that are made of
    it: no two sources share that."""

    path: str
    name: str
    size: int
    csv_name: str


def sources(patterns: Iterable[str], manifest: Manifest) -> list[Source]:
    """Raises OSError for a file, and the folder of a pattern, that is not there."""
    found = [(entry.path, entry.name) for entry in manifest.files]
    if patterns:
        found = [each for pattern in patterns for each in _matching(pattern)]
    names, once = _Names(), dict[str, str]()
    for path, name in found:
        once.setdefault(path, name)
    return [Source(path, name, os.stat(path).st_size, names.give(name)) for path, name in once.items()]


class _Names:
    """Gives each file of a run a name that no other of them has: `a.csv`, `a-2.csv` …"""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._number: dict[str, int] = {}  # how often a name was asked for, so that many of one name are no long search

    def give(self, name: str) -> str:
        wanted = name if name.lower().endswith(".csv") else f"{name}.csv"
        while True:
            number = self._number[wanted] = self._number.get(wanted, 0) + 1
            given = numbered(wanted, number)
            if given not in self._given:
                self._given.add(given)
                return given


def _matching(pattern: str) -> Iterable[tuple[str, str]]:
    """Paths, and their names: what comes behind the folders that the pattern names in full."""
    parts = pattern.split("/")
    plain = next((at for at, part in enumerate(parts) if has_magic(part)), len(parts) - 1)
    top = os.path.abspath("/".join(parts[:plain]) or ("/" if pattern.startswith("/") else "."))
    if has_magic(pattern):
        os.stat(top)  # a pattern that nothing matches may be matched tomorrow; a folder that is not there is a mistake
    paths = sorted(filter(os.path.isfile, glob(pattern, recursive=True))) if has_magic(pattern) else [pattern]
    return [(os.path.abspath(path), os.path.relpath(os.path.abspath(path), top)) for path in paths]
