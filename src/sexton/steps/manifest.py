"""The files that one step hands to the next: a JSON text `{"files": [{"path", "name", "size", "sha256", "rows"}]}`.

`path` is where the file lies, absolute; `name` is what it is called below the folder of its step, with `/` between
folders and never one that leads out of it; `rows` is null where nobody counted. Other keys are ignored.
"""

import json
import os
from typing import Any, NamedTuple

from sexton.steps.errors import StepError

_SHOWN = 200  # characters


class Entry(NamedTuple):
    """One file: `size` in bytes, `sha256` in lower-case hexadecimal digits."""

    path: str
    name: str
    size: int
    sha256: str
    rows: int | None = None


class Manifest(NamedTuple):
    files: tuple[Entry, ...] = ()


def as_json(manifest: Manifest) -> str:
    return json.dumps({"files": [entry._asdict() for entry in manifest.files]}, ensure_ascii=False)


def of_json(text: str, where: str) -> Manifest:
    """Raises StepError naming `where` for anything that is not a manifest."""
    try:
        return Manifest(tuple(map(_entry, files_of(text))))
    except ValueError as error:
        raise StepError(f"cannot read the manifest: {error} ({where})") from error


def files_of(text: str) -> list[Any]:
    """What a manifest lists, whatever that is. Raises ValueError where it is none."""
    found = parsed(text)
    if not isinstance(found, dict) or not isinstance(found.get("files"), list):
        raise ValueError(f'no list of files; {{"files": [{{"path": …}}]}} is meant, not {told(found)}')
    return list(found["files"])


def told(found: Any) -> str:
    """A value as JSON, on one line and not too long, for a message."""
    text = json.dumps(found)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def parsed(text: str) -> Any:
    """What JSON stands for. Raises ValueError, also for what is nested deeper than Python goes."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON: {error}") from None
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _entry(found: Any) -> Entry:
    if not isinstance(found, dict):
        raise ValueError(f"no file, for it is no object with a `path`: {told(found)}")
    path, name, size, sha256, rows = (found.get(key) for key in Entry._fields)
    if not (isinstance(path, str) and os.path.isabs(path) and isinstance(name, str) and is_inside(name)):
        raise ValueError(f"no absolute `path`, or no `name` below a folder: {told(found)}")
    if not (isinstance(size, int) and isinstance(sha256, str) and (rows is None or isinstance(rows, int))):
        raise ValueError(f"no `size`, `sha256` or `rows` that are a number, a text and a number: {told(found)}")
    return Entry(path, name, size, sha256, rows)


def is_inside(name: str) -> bool:
    """Whether a name leads to somewhere below the folder that it is taken in."""
    parts = name.split("/")
    return "\0" not in name and all(part not in ("", ".", "..") for part in parts)
