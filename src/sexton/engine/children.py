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
        self._told_together = False  # several ends, now
        self._left: set[str] | None = None  # of which services something lived then

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
        dead = [(self._owners.pop(pid), ended) for pid, ended in self._spawner.reap() if pid in self._owners]
        self._told_together = len(dead) > 1
        try:
            for tell, ended in dead:
                tell(ended)
            for pid in [pid for pid in self._groups if not self._spawner.group_alive(pid)]:
                self._groups.pop(pid)()
        finally:
            self._told_together, self._left = False, None

    def may_have_left(self, service: str, mark: str) -> bool:
        """Whether there can be a process that carries `mark` and is of `service`, none of whose own lives.

        Where several ends are told of together, all processes are looked at once: what is left of any of these was
        there before the first was told of, or has come of what was.
        """
        if not self._told_together:
            return True
        if self._left is None:
            self._left = self._services_of(mark)
        return service in self._left

    def _services_of(self, mark: str) -> set[str]:
        found = set()
        for carrier in self._spawner.carriers(mark):
            found.add(carrier.env.get("SEXTON_SERVICE", ""))
            carrier.close()
        return found
