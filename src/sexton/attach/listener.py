"""Our side of supervisord's listener protocol: it is told READY, each event is answered OK at once, and that is all.

What the events say is of no interest here. Invariant: standard output carries the protocol and nothing else, for the
descriptor is taken away from everybody, ourselves included: what anyone writes to descriptor 1 goes to standard error.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.logs.outlet import Outlet
from sexton.wire.listener import OK, READY, ListenerSide, ProtocolError, result

if TYPE_CHECKING:
    from sexton.ports import Loop

STDIN, STDOUT, STDERR = 0, 1, 2
PORTION = 65_536  # bytes of a read


class Listener:
    """`ended` hears once why there are no more events: None when standard input has ended, else what was wrong."""

    def __init__(self, loop: Loop, ended: Callable[[str | None], None]) -> None:
        self._loop = loop
        self._ended = ended
        self._side = ListenerSide()
        self._answers = Outlet(loop, os.dup(STDOUT))
        os.dup2(STDERR, STDOUT)
        loop.watch(STDIN, self._read)
        self._answers.put(READY)

    def _read(self) -> None:
        data = os.read(STDIN, PORTION)
        try:
            events = self._side.feed(data)
        except ProtocolError as error:
            self._end(str(error))
            return
        for _ in events:
            self._answers.put(result(OK) + READY)
        if not data:
            self._end(None)

    def _end(self, why: str | None) -> None:
        self._loop.unwatch(STDIN)
        self._ended(why)
