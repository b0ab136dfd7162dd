"""Folders that are empty because of us go, as far up as they are surely ours: below `base`, and above it those that
are called like a date, as `%Y/%m/%d` makes them. A folder that is in use, or a mount point, stays."""

import os
import re

_DATE = re.compile(r"\d{1,4}([-_.]?\d{2})*")


def remove(folder: str, base: str) -> None:
    """Remove `folder` and those above it, beginning with it, while they are empty."""
    base = os.path.abspath(base)
    while folder.startswith(base + "/") or _DATE.fullmatch(os.path.basename(folder)):
        try:
            os.rmdir(folder)
        except OSError:  # not empty, not ours, in use: it stays, and so do those above it
            return
        folder = os.path.dirname(folder)
