"""Our processes: who hears of their end, and of the end of the last that they left in their group.

All the dead are collected before anyone is told, so that no zombie counts as alive in its group. What is collected and
has no owner was an orphan that became ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.model.run import Exit

if TYPE_CHECKING:
    from sexton.ports import Spawner


class Children:
    """Only the loop's thread touches it."""

    def __init__(self, spawner: Spawner) -> None:
        self._spawner = spawner
        self._owners: dict[int, Callable[[Exit], None]] = {}
        self._groups: dict[int, Callable[[], None]] = {}

    def __len__(self) -> int:
        """How many of our own live."""
        return len(self._owners)

    def __contains__(self, pid: int) -> bool:
        """Whether it is ours and has not been collected."""
        return pid in self._owners

    def adopt(self, pid: int, ended: Callable[[Exit], None]) -> None:
        """Tell `ended` once when process `pid` has ended."""
        self._owners[pid] = ended

    def await_group(self, pid: int, gone: Callable[[], None]) -> None:
        """Tell `gone` once when nothing of the process group of `pid`, which has ended, is left."""
        self._groups[pid] = gone

    def reap(self) -> None:
        """Collect the dead and tell their owners."""
        for pid, ended in list(self._spawner.reap()):
            tell = self._owners.pop(pid, None)
            if tell is not None:
                tell(ended)
        for pid in [pid for pid in self._groups if not self._spawner.group_alive(pid)]:
            self._groups.pop(pid)()
