"""/logtail/NAME/CHANNEL and /mainlogtail: the end of a log and all that is added, until the client goes.

Begins 1024 bytes before the end and goes on across rotations; where somebody made the file shorter it says so and
begins it anew. What is no file, such as /dev/stdout, has nothing to show. Invariant: nothing is read while the client
has not taken what was read before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.api.answers import as_text
from sexton.api.resources.logfile import LogFile
from sexton.model.errors import Refused
from sexton.model.log import STREAMS
from sexton.rpc import naming
from sexton.rpc.faults import Fault
from sexton.rpc.logs import own, place

if TYPE_CHECKING:
    from sexton.api.exchange import Exchange
    from sexton.ports import Control

BACK = 1024  # bytes
CHANNELS = ("stdout", "stderr")
TRUNCATED = b"==> File truncated <==\n"
Follow = Callable[[Callable[[], None]], Callable[[], None]]


def show(exchange: Exchange, control: Control) -> None:
    """`channel` is stdout where none is named."""
    named = exchange.request.named
    try:
        program = naming.one(control.programs, named["name"])
        channel = CHANNELS.index(named.get("channel", CHANNELS[0]))
    except (Fault, ValueError):
        raise Refused("not_found", f"there is no {exchange.request.path} here") from None
    path, name = place(control.programs, program, channel), program.service.name
    _send(exchange, path, lambda wake: control.programs.follow(name, wake))


def show_own(exchange: Exchange, control: Control) -> None:
    _send(exchange, own(control.programs), control.programs.follow_own)


def _send(exchange: Exchange, path: str | None, follow: Follow) -> None:
    if path is None:
        raise Refused("not_found", f"{exchange.request.path} has no log file")
    if path in STREAMS:
        exchange.answer(as_text(_Silence()))
        return
    tail = _Tail(exchange, LogFile(path), follow)
    exchange.on_end(tail.close)
    exchange.answer(as_text(tail))


class _Silence:
    """Implements answers.Stream."""

    def start(self, wake: Callable[[], None]) -> None:
        """Until the client goes."""

    def read(self) -> bytes | None:
        return b""


class _Tail:
    """Implements answers.Stream."""

    __slots__ = ("_exchange", "_follow", "_log", "_position")

    def __init__(self, exchange: Exchange, log: LogFile, follow: Follow) -> None:
        self._exchange = exchange
        self._follow = follow
        self._log = log
        self._position = max(log.newest, log.size - BACK)

    def start(self, wake: Callable[[], None]) -> None:
        self._exchange.on_end(self._follow(wake))
        wake()

    def read(self) -> bytes | None:
        data = self._log.read(self._position, self._exchange.site.limits.chunk)
        if not data and self._log.length() < self._position:
            self._position = self._log.newest
            return TRUNCATED
        self._position += len(data)
        return data

    def close(self) -> None:
        self._log.close()
