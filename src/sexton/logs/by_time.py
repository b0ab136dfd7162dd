"""Rotation by time: at each boundary of `every`, and at once where one went by while nobody had the file open."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from sexton.core.rotation import next_boundary
from sexton.logs.appender import Appender
from sexton.model.units import Duration, Instant

if TYPE_CHECKING:
    from sexton.ports import Loop


class RotationByTime:
    """Rotates `appender`, which was just opened, until it is cancelled."""

    def __init__(self, loop: Loop, appender: Appender, every: Duration, zone: str) -> None:
        self._loop = loop
        self._appender = appender
        self._every = every
        self._zone = zone
        now = loop.clock.now().wall
        if next_boundary(every, zone, self._written(now)) <= now:
            appender.rotate()
        self._arm()

    def cancel(self) -> None:
        self._timer.cancel()

    def _arm(self) -> None:
        boundary = next_boundary(self._every, self._zone, self._loop.clock.now().wall)
        self._timer = self._loop.at(boundary, self._due)

    def _due(self) -> None:
        self._appender.rotate()
        self._arm()

    def _written(self, now: Instant) -> Instant:
        """When the file was last written."""
        with suppress(OSError):
            return os.stat(self._appender.path).st_mtime_ns // 1000
        return now
