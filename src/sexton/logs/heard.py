"""What Sexton has said of itself of late, as values: for those who ask, and those who want to hear more.

Holds the last CAPACITY events; older ones are in the log that standard error is. Invariant: numbers grow by one, so
that whoever asks for what came after a number notices what went by meanwhile.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from sexton.core.slots import iso
from sexton.model.units import Instant
from sexton.model.views import EventView

CAPACITY = 500


class Heard:
    """Only the loop's thread touches it."""

    def __init__(self) -> None:
        self._events: deque[EventView] = deque(maxlen=CAPACITY)
        self._number = 0
        self._listeners: list[Callable[[], None]] = []

    def add(self, at: Instant, level: str, message: str, fields: Mapping[str, object]) -> None:
        self._number += 1
        about = {key: value for key, value in fields.items() if key != "event"}
        name = str(fields.get("event", "message"))
        self._events.append(
            EventView(id=self._number, time=iso(at), level=level, event=name, message=message, about=about)
        )
        for call in tuple(self._listeners):
            call()

    @property
    def number(self) -> int:
        """Of the last event."""
        return self._number

    def take_up(self, events: Iterable[Any], number: int) -> None:
        """Go on where the last image left off."""
        self._events.extend(events)
        self._number = number

    def after(self, number: int) -> list[EventView]:
        """The events with a greater number, oldest first, as far as they are still known."""
        return [event for event in self._events if event["id"] > number]

    def follow(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at each event; the result unsubscribes."""
        self._listeners.append(wake)

        def stop() -> None:
            with suppress(ValueError):
                self._listeners.remove(wake)

        return stop
