"""The one deadline that a run or a service has at a time: set, moved or cleared with each move of its life table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.engine.services.entry import ServiceEntry
    from sexton.engine.tables import RunEntry
    from sexton.model.units import Elapsed
    from sexton.ports import Loop


def arm(loop: Loop, entry: RunEntry | ServiceEntry, deadline: Elapsed | None, over: Callable[[], None]) -> None:
    """Call `over` once at `deadline` (None: never), instead of at the deadline before."""
    if deadline == entry.deadline:
        return
    if entry.timer is not None:
        entry.timer.cancel()
    entry.deadline, entry.timer = deadline, None

    def reached() -> None:
        entry.deadline = entry.timer = None
        over()

    if deadline is not None:
        entry.timer = loop.at_elapsed(deadline, reached)
