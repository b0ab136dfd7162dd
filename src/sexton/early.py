"""Signals before there is a loop: from a daemon's first line on, one that stops it ends its start.

Process 1 gets no signal that it has no handler for (kill(2)), and would not hear `docker stop` while everything is
loaded; any other process would die of HUP. So this is loaded before all else, and loads `signal` alone; it ends where
engine/loop/signals.py takes over. Blocking them would not do: a stop would wait as long as the command of a secret
takes. Invariant: what has come and was not heeded is in `Ears.take`.
"""

import signal
from collections.abc import Sequence
from types import FrameType

DAEMONS = ("run", "supervisord")  # verbs
_TAKE_A_VALUE = ("--socket", "--format")  # options that may stand before the verb
HALT = signal.SIGRTMIN + 3  # podman's and systemd's word for an init that shall end (systemd(1), SIGNALS)
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGPWR, HALT)  # PWR is LXC's
_FOR_LATER = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class Stopped(BaseException):
    """A signal that stops came before anything was started. Not an Exception: nobody may take it for a failure."""


class Ears:
    """Those of this process. Once Stopped was raised, another signal does not disturb how that ends everything."""

    def __init__(self) -> None:
        self._came: list[int] = []
        self._held = self._ending = False

    def hear(self) -> None:
        """Raise Stopped when a signal comes that stops, keep others for later. What is ignored stays ignored."""
        for number in STOPS + _FOR_LATER:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._keep)

    def hold(self) -> None:
        """Raise nothing until `release`, or there would be a child that nobody knows of."""
        self._held = True

    def release(self) -> None:
        self._held = False
        self._heed()

    def take(self) -> list[int]:
        """The signals that have come and were not heeded: whoever calls this heeds them, and hears all others."""
        came, self._came = self._came, []
        return came

    def _keep(self, number: int, _frame: FrameType | None) -> None:
        if number not in self._came:
            self._came.append(number)
        self._heed()

    def _heed(self) -> None:
        if not self._held and not self._ending and not set(STOPS).isdisjoint(self._came):
            self._ending = True
            raise Stopped


EARS = Ears()


def concerns(words: Sequence[str]) -> bool:
    """Whether the command line asks for a daemon."""
    rest = iter(words)
    for word in rest:
        if word in _TAKE_A_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            return word in DAEMONS
    return False
