"""Looks at a run or a service again whenever something happened to it.

However often the engine wakes it, it asks once per turn of the loop, and never a second time before the first
answer has come; a wake-up in between is not lost, it asks once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sexton.api.exchange import Exchange
from sexton.model.run import RunState

if TYPE_CHECKING:
    from sexton.model.views import RunView, ServiceView
    from sexton.ports import Answer, Control


def has_ended(run: RunView) -> bool:
    return run["state"] == RunState.ENDED.value


def follow(exchange: Exchange, control: Control, run_id: int, on_view: Callable[[RunView], None]) -> None:
    """Call `on_view` with the run as it stands now, and again after each change, until the exchange ends."""
    follower = _Follower(exchange, lambda answer: control.run(run_id, answer), on_view)
    exchange.on_end(control.follow(run_id, follower.wake))
    follower.wake()


def follow_service(exchange: Exchange, control: Control, name: str, on_view: Callable[[ServiceView], None]) -> None:
    """The same for a service: its state, and its log as it grows."""
    follower = _Follower(exchange, lambda answer: control.service(name, answer), on_view)
    exchange.on_end(control.follow_service(name, follower.wake))
    follower.wake()


class _Follower:
    __slots__ = ("_again", "_ask", "_asking", "_exchange", "_on_view")

    def __init__(self, exchange: Exchange, ask: Callable[[Answer], None], on_view: Callable[[Any], None]) -> None:
        self._exchange = exchange
        self._ask = ask
        self._on_view = on_view
        self._asking = False
        self._again = False

    def wake(self) -> None:
        if self._asking:
            self._again = True
        else:
            self._asking = True
            self._exchange.post(self._look)

    def _look(self) -> None:
        self._again = False
        self._ask(self._exchange.then(self._seen))

    def _seen(self, view: RunView | ServiceView) -> None:
        self._asking = False
        if self._again:
            self.wake()
        self._on_view(view)
