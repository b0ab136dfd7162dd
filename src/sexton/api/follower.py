"""Looks at a run again whenever something happened to it.

However often the engine wakes it, it asks once per turn of the loop, and never a second time before the first
answer has come; a wake-up in between is not lost, it asks once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.api.exchange import Exchange
from sexton.model.run import RunState

if TYPE_CHECKING:
    from sexton.model.views import RunView
    from sexton.ports import Control


def has_ended(run: RunView) -> bool:
    return run["state"] == RunState.ENDED.value


def follow(exchange: Exchange, control: Control, run_id: int, on_view: Callable[[RunView], None]) -> None:
    """Call `on_view` with the run as it stands now, and again after each change, until the exchange ends."""
    follower = _Follower(exchange, control, run_id, on_view)
    exchange.on_end(control.follow(run_id, follower.wake))
    follower.wake()


class _Follower:
    __slots__ = ("_again", "_asking", "_control", "_exchange", "_on_view", "_run_id")

    def __init__(self, exchange: Exchange, control: Control, run_id: int, on_view: Callable[[RunView], None]) -> None:
        self._exchange = exchange
        self._control = control
        self._run_id = run_id
        self._on_view = on_view
        self._asking = False
        self._again = False

    def wake(self) -> None:
        if self._asking:
            self._again = True
        else:
            self._asking = True
            self._exchange.post(self._ask)

    def _ask(self) -> None:
        self._again = False
        self._control.run(self._run_id, self._exchange.then(self._seen))

    def _seen(self, run: RunView) -> None:
        self._asking = False
        if self._again:
            self.wake()
        self._on_view(run)
