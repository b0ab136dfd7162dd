"""Which files are sorted: those of the step before, or those that the step is told of."""

import os
from collections.abc import Iterable
from glob import glob, has_magic
from typing import NamedTuple

from sexton.steps.errors import StepError
from sexton.steps.manifest import Manifest


class Source(NamedTuple):
    """A file, what it is called below its folder, and its size in bytes."""

    path: str
    name: str
    size: int

    @property
    def csv_name(self) -> str:
        """What the files are called that are made of it."""
        return self.name if self.name.lower().endswith(".csv") else f"{self.name}.csv"


def sources(patterns: Iterable[str], manifest: Manifest) -> list[Source]:
    """Raises OSError for a file that is not there, StepError where two would be written to the same place."""
    found = [(entry.path, entry.name) for entry in manifest.files]
    if patterns:
        found = [each for pattern in patterns for each in _matching(pattern)]
    made: dict[str, Source] = {}
    for path, name in found:
        source = Source(path, name, os.stat(path).st_size)
        other = made.setdefault(source.csv_name, source)
        if other is not source:
            raise StepError(f"cannot sort {path}: its rows would go where those of {other.path} go; rename one of them")
    return list(made.values())


def _matching(pattern: str) -> Iterable[tuple[str, str]]:
    """Paths, and their names: what comes behind the folders that the pattern names in full."""
    parts = pattern.split("/")
    plain = next((at for at, part in enumerate(parts) if has_magic(part)), len(parts) - 1)
    top = os.path.abspath("/".join(parts[:plain]) or ("/" if pattern.startswith("/") else "."))
    paths = sorted(filter(os.path.isfile, glob(pattern, recursive=True))) if has_magic(pattern) else [pattern]
    return [(os.path.abspath(path), os.path.relpath(os.path.abspath(path), top)) for path in paths]
