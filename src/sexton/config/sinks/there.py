"""Whether what a sink needs is on this machine: its command, its file of certificates.

It may come to be there later, or be on another machine than the one that looks at the plan, so its lack is a warning.
Paths count from Sexton's working directory, as they do when the sink is used.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.config.table import Table

_TILL_THEN = "until that is mended, its notices wait"


def warn_of_command(table: Table, program: str) -> None:
    """`program` is found as execvp(3) finds it."""
    folders = ("",) if "/" in program else os.get_exec_path()
    found = [path for folder in folders if os.path.isfile(path := os.path.join(folder, program))]
    if not found:
        table.warning(f"there is no {program} here; {_TILL_THEN}", "argv")
    elif not any(os.access(path, os.X_OK) for path in found):
        table.warning(f"{found[0]} cannot be executed; {_TILL_THEN}", "argv")


def warn_of_file(table: Table, key: str, path: object) -> None:
    """`path` is whatever the key has; only a path that can be looked at is."""
    if isinstance(path, str) and not os.path.isfile(path):
        table.warning(f"there is no file {path} here; {_TILL_THEN}", key)
