"""Folders of a job that are written the same and must differ: what one step puts there stands in another's way.

Files that were fetched, kept raw, found good or bad, delivered and archived have names in common, so each kind wants a
folder of its own. Two steps may share one for the same kind, but for archives, which keep themselves in bounds.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from sexton.config.steps.address import scheme_of
from sexton.config.table import Table, pending

# What the folder of a step's key is for.
_KINDS = {
    ("fetch", "into"): "new",
    ("fetch", "backup"): "raw",
    ("http", "into"): "new",
    ("sort", "processed"): "good",
    ("sort", "flagged"): "bad",
    ("sql", "into"): "new",
    ("deliver", "to"): "delivered",
    ("archive", "to"): "archived",
}


def look_at_folders(table: Table, steps: Sequence[Mapping[str, Any]]) -> None:
    """Warn, in a job's `table`, of each folder that an earlier one of its `steps` has for something else."""
    seen: dict[str, tuple[int, str, str]] = {}
    for index, step in enumerate(steps):
        for (_, key), kind in ((place, kind) for place, kind in _KINDS.items() if place[0] == step.get("step")):
            folder = _folder(step.get(key))
            if folder is None:
                continue
            at, other, before = seen.setdefault(folder, (index, key, kind))
            if at != index and (kind != before or kind == "archived"):
                called = f"`{other}` of the step {steps[at]['step']}"
                table.warning(f"it is the same folder as {called} above; two are meant", "steps", index, key)


def _folder(value: Any) -> str | None:
    """As it is written, in one way; None for what is no folder of this machine, or not known yet."""
    if not isinstance(value, str) or pending(value) or scheme_of(value) not in ("", "file"):
        return None
    return os.path.normpath(value.removeprefix("file://"))
