"""What one step hands to the next: taken from a command that wrote it, summed up, and looked at again on resuming."""

import json
import os
from typing import Any

from sexton.model.step import Handed
from sexton.steps import durable, manifest
from sexton.steps.digest import sha256_of
from sexton.steps.errors import StepError
from sexton.steps.manifest import Manifest
from sexton.steps.regular import text_of
from sexton.steps.troubles import of_os

_LARGEST = 512_000_000  # bytes of a manifest; a million files are some 300 MB


def read(path: str) -> Manifest:
    """Raises StepError."""
    try:
        return manifest.of_json(text_of(path, _LARGEST), path)
    except (OSError, ValueError) as error:
        raise StepError(f"cannot read the manifest: {error} ({path})") from error


def total(given: Manifest) -> Handed:
    rows = [entry.rows for entry in given.files if entry.rows is not None]
    counted = sum(rows) if rows and len(rows) == len(given.files) else None
    return Handed(len(given.files), sum(entry.size for entry in given.files), counted)


def take(written: str, to: str, cwd: str) -> Manifest:
    """What a person's command wrote: a `path` for each file is enough, the rest is looked up. Raises StepError."""
    try:
        files = manifest.files_of(text_of(written, _LARGEST))
        completed = {"files": [_completed(each, cwd) for each in files]}
    except OSError as error:
        raise StepError(str(of_os(error, "take the manifest that it wrote"))) from error
    except ValueError as error:
        raise StepError(f"cannot take the manifest that it wrote: {error}") from error
    taken = manifest.of_json(json.dumps(completed), written)
    durable.write(to, manifest.as_json(taken))
    return taken


def _completed(found: Any, cwd: str) -> dict[str, Any]:
    if not isinstance(found, dict) or not isinstance(found.get("path"), str) or "\0" in found["path"]:
        raise ValueError(f'no file: {manifest.told(found)}; {{"path": "/data/a.csv"}} is meant')
    path = os.path.join(cwd, found["path"])
    size, sha256 = found.get("size"), found.get("sha256")
    if size is None or sha256 is None:
        size, sha256 = sha256_of(path)
    return {"path": path, "name": found.get("name", os.path.basename(path)), "size": size, "sha256": sha256} | {
        "rows": found.get("rows")
    }


def verify(given: Manifest, by: str, *, begun: bool) -> None:
    """Raise StepError where a file is no longer what the step `by` handed on. One that is gone is no fault when the
    next step has `begun`: it may be what has moved it."""
    for entry in given.files:
        try:
            if sha256_of(entry.path) == (entry.size, entry.sha256):
                continue
            why = "has changed"
        except FileNotFoundError:
            if begun:
                continue
            why = "is gone"
        except OSError as error:
            why = f"cannot be read: {error.strerror}"
        raise StepError(f"cannot go on with what {by} handed on: a file {why} ({entry.path}); {_FIX}")


_FIX = "put it back, or trigger the job for a run from the first step"
