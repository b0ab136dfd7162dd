"""A deadline that moves often and rings rarely.

A connection moves its deadline several times per request. It keeps one timer and lets it run: when the timer
rings too early, it is set anew for what is left. So thousands of requests a second cost the loop's heap nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.model.units import Duration, Elapsed

if TYPE_CHECKING:
    from sexton.ports import Loop, Timer


class MovableDeadline:
    """Calls `action` once when `delay` has elapsed since the last `move`, unless `clear` came first."""

    __slots__ = ("_action", "_closed", "_due", "_loop", "_rings", "_timer")

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._due: Elapsed = 0
        self._action: Callable[[], None] | None = None
        self._timer: Timer | None = None
        self._rings: Elapsed = 0
        self._closed = False

    def move(self, delay: Duration, action: Callable[[], None]) -> None:
        if self._closed:
            return
        self._due, self._action = self._loop.clock.now().elapsed + delay, action
        if self._timer is None or self._due < self._rings:
            self._arm()

    def clear(self) -> None:
        self._action = None

    def close(self) -> None:
        """Give the timer back; later moves do nothing."""
        self._closed = True
        self._action = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings = self._due
        self._timer = self._loop.at_elapsed(self._due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._action is None:
            return
        if self._loop.clock.now().elapsed < self._due:
            self._arm()
            return
        action, self._action = self._action, None
        action()
