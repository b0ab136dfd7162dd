"""Several services stopped or restarted together: each in its turn, when those of them that depend on it are gone.

Only turns are kept here; what a stop or a start is, services.py knows. Each stop has the service's own deadline, so
that every turn comes. Invariant: a name is pending here only while another's stop, or its own, is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sexton.model.service import ServiceState

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.engine.services.services import Services

WORKING = frozenset({ServiceState.STARTING, ServiceState.RUNNING})
ENDING = frozenset({ServiceState.STOPPING, ServiceState.LINGERING, ServiceState.KILLING})


class InTurn:
    """`services` performs what is found to be next."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.dependants: Mapping[str, Sequence[str]] = {}
        self._falling: dict[str, bool] = {}  # their turn to stop has not come; True: they are to run again
        self._rising: set[str] = set()  # stopped for a restart; start when what they need has had its turn

    def pending(self, name: str) -> bool:
        """Whether something that was asked of the service has still to begin."""
        return name in self._falling or name in self._rising

    @property
    def left(self) -> tuple[Mapping[str, bool], tuple[str, ...]]:
        """What waits for its turn, for the next image of Sexton."""
        return self._falling, tuple(self._rising)

    def take_up(self, falling: Mapping[str, bool], rising: Iterable[str]) -> None:
        """Go on where the last image left off."""
        self._falling, self._rising = dict(falling), set(rising)

    def stop(self, entries: Iterable[ServiceEntry]) -> None:
        self._begin(list(entries), again=False)

    def restart(self, entries: Iterable[ServiceEntry]) -> None:
        """Stop all of them in turn; each runs again as soon as what it depends on does."""
        self._begin(list(entries), again=True)

    def forget(self, name: str) -> None:
        """Something else was asked of the service meanwhile, or the plan has it no more."""
        self._rising.discard(name)
        if self._falling.pop(name, None) is not None:
            self._release(name)

    def look(self, name: str) -> None:
        """Perform what was asked of a service, when nothing that depends on it lives any more."""
        entry = self._services.entries.get(name)
        if entry is None or name not in self._falling or (entry.state in WORKING and self._blocked(name)):
            return
        if not self._falling.pop(name):
            self._services.stop(entry)
        elif self._may_follow(entry):
            self._services.restart(entry)
        else:
            self._rising.add(name)
            self._services.stop(entry)
        self._release(name)
        if entry.state not in WORKING | ENDING:  # no end of it will come to be told
            self.look_at_needs(entry)

    def look_at_needs(self, entry: ServiceEntry) -> None:
        for name in entry.service.depends_on:
            self.look(name)

    def _begin(self, entries: list[ServiceEntry], *, again: bool) -> None:
        self._falling |= {entry.service.name: again for entry in entries}
        self._rising -= self._falling.keys()
        for entry in entries:
            self.look(entry.service.name)

    def _blocked(self, name: str) -> bool:
        """Whether one that depends on it is still to be stopped, or not gone yet."""
        return any(
            dependant in self._falling or self._services.entries[dependant].state in ENDING
            for dependant in self.dependants.get(name, ())
            if dependant in self._services.entries
        )

    def _may_follow(self, entry: ServiceEntry) -> bool:
        """Whether everything that it depends on has had its turn."""
        return not any(needed in self._falling for needed in entry.service.depends_on)

    def _release(self, name: str) -> None:
        """The turn of `name` has come: what was stopped before it may wait for it to run."""
        for dependant in self.dependants.get(name, ()):
            entry = self._services.entries.get(dependant)
            if dependant in self._rising and entry is not None and self._may_follow(entry):
                self._rising.discard(dependant)
                self._services.start(entry)
