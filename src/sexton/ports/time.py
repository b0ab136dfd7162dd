"""Time, descriptors and turns: what everyone may ask of the loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sexton.model.units import Duration, Elapsed, Instant, Moment


class Clock(Protocol):
    """Time as an object (real: engine/loop/linux.py; simulated: tests/fakes.py)."""

    def now(self) -> Moment: ...


class Timer(Protocol):
    """A deadline in the heap; cancelling is cheap and may be done twice."""

    def cancel(self) -> None: ...


class Loop(Protocol):
    """What adapters and surfaces may ask of the reactor."""

    @property
    def clock(self) -> Clock: ...

    def watch(self, fd: int, on_ready: Callable[[], None], *, write: bool = False) -> None:
        """Call `on_ready` whenever `fd` is readable (with `write`: writable instead). Replaces an earlier watch."""

    def unwatch(self, fd: int) -> None:
        """Forget `fd`; call it before closing the descriptor. Unknown descriptors are ignored."""

    def after(self, delay: Duration, call: Callable[[], None]) -> Timer:
        """Call once when `delay` has elapsed (CLOCK_BOOTTIME)."""

    def at_elapsed(self, reading: Elapsed, call: Callable[[], None]) -> Timer:
        """Call once when CLOCK_BOOTTIME has reached `reading`."""

    def at(self, instant: Instant, call: Callable[[], None]) -> Timer:
        """Call once when the wall clock has reached `instant`, also when it is stepped there."""

    def post(self, call: Callable[[], None]) -> None:
        """Call on the loop's thread in its next turn. The only method that other threads may use."""
