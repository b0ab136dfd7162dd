"""/api/v1/services/{name}/log: what a service wrote, all that there is or the last lines, and as it goes on.

A follower's stream has no end, because a service that has ended may be started again. Rotations are LogFile's; when a
reload has given the service another file, the stream goes on with that one as soon as the old one is read to its end,
and where somebody made the file shorter, from its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.api.answers import as_text
from sexton.api.exchange import Exchange
from sexton.api.resources.follower import follow_service
from sexton.api.resources.log import MOST_LINES, find_start, place_of, send_rest
from sexton.api.resources.logfile import LogFile
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.model.views import ServiceView
    from sexton.ports import Control


def show(exchange: Exchange, control: Control) -> None:
    request = exchange.request
    name = request.named["name"]
    lines = request.whole("tail", least=0, most=MOST_LINES)
    following = request.flag("follow")

    def seen(service: ServiceView) -> None:
        log = _opened(service)
        if log is None and not following:
            raise Refused("not_found", f"{name} has no log yet: it was never started")
        followed = _Following(exchange, control, name, log)
        exchange.on_end(followed.close)
        find_start(exchange, log, lines, lambda start: begin(followed, log, start))

    def begin(followed: _Following, log: LogFile | None, start: int) -> None:
        if following:
            followed.position = start
            exchange.answer(as_text(followed, more=place_of(log, start)))
        else:
            send_rest(exchange, log, start)

    control.service(name, exchange.then(seen))


def _opened(service: ServiceView) -> LogFile | None:
    """The service's log; None while there is none, because it was never started."""
    try:
        return LogFile(service["log"])
    except Refused as error:
        if service["started"] is None and error.kind == "not_found":
            return None
        raise


class _Following:
    """A service's log from `position` on. The file may not be there yet."""

    __slots__ = ("_control", "_exchange", "_log", "_name", "_path", "_wake", "position")

    def __init__(self, exchange: Exchange, control: Control, name: str, log: LogFile | None) -> None:
        self._exchange = exchange
        self._control = control
        self._name = name
        self._log = log
        self._path = log.path if log is not None else None
        self.position = 0

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        follow_service(self._exchange, self._control, self._name, self._seen)

    def read(self) -> bytes | None:
        if self._log is None:
            return b""
        data = self._read()
        if not data and self._begin_anew(self._log):
            data = self._read()
        self.position += len(data)
        return data

    def _begin_anew(self, log: LogFile) -> bool:
        """At the end of the log: whether there is another one to go on with."""
        if self._path is not None and not log.is_at(self._path):
            self._open()
            self.position = 0
        elif log.length() < self.position:
            self.position = log.newest
        else:
            return False
        return True

    def close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None

    def _seen(self, service: ServiceView) -> None:
        self._path = service["log"]
        if self._log is None:
            self._log = _opened(service)
        self._wake()

    def _open(self) -> None:
        assert self._path is not None
        fresh = LogFile(self._path)
        self.close()
        self._log = fresh

    def _read(self) -> bytes:
        return b"" if self._log is None else self._log.read(self.position, self._exchange.site.limits.chunk)
