"""/api/v1/runs/{id}/log: what a run wrote, as it is in the file, whole or the last lines, and as it goes on.

Holds one descriptor and at most one chunk per client. A follower's stream ends when the run has ended and the file's
end is reached: the state is looked at first and the file read after it, so nothing written before the end is missed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.api.answers import Headers, as_text
from sexton.api.exchange import Exchange
from sexton.api.request import LARGEST_ID
from sexton.api.resources.follower import follow, has_ended
from sexton.api.resources.logfile import PLACE, LogFile
from sexton.api.resources.tail import TailSearch
from sexton.model.errors import Refused, SextonError

if TYPE_CHECKING:
    from sexton.model.views import AttemptView, RunView
    from sexton.ports import Control

MOST_LINES = 100_000
BLOCKS_PER_TURN = 16  # of a tail search: 1 MB


def show(exchange: Exchange, control: Control) -> None:
    request = exchange.request
    run_id = request.number_in_path("id")
    lines = request.whole("tail", least=0, most=MOST_LINES)
    attempt = request.whole("attempt", least=1, most=LARGEST_ID)
    following = request.flag("follow")
    if attempt is not None and following:
        raise Refused(
            "invalid", "to follow one attempt is not possible; leave `attempt` out, and the next ones come too"
        )

    def seen(run: RunView) -> None:
        if has_ended(run) and run["log"] is None:
            raise Refused(
                "not_found", f"run {run_id} has no log: it is {run['outcome']}, and no process of it wrote one"
            )
        log = _opened(exchange, run["log"])
        find_start(exchange, log, lines, lambda start: begin(log, start))

    def begin(log: LogFile | None, start: int) -> None:
        if following:
            exchange.answer(as_text(_Following(exchange, control, run_id, log, start), more=place_of(log, start)))
        else:
            send_rest(exchange, log, start)

    def seen_attempts(attempts: list[AttemptView]) -> None:
        path = next((one["log"] for one in attempts if one["attempt"] == attempt), None)
        if path is None:
            raise Refused(
                "not_found", f"run {run_id} has no log of an attempt {attempt}; it has {len(attempts)} attempts"
            )
        log = _opened(exchange, path)
        find_start(exchange, log, lines, lambda start: begin(log, start))

    if attempt is None:
        control.run(run_id, exchange.then(seen))
    else:
        control.attempts(run_id, exchange.then(seen_attempts))


def _opened(exchange: Exchange, path: str | None) -> LogFile | None:
    if path is None:
        return None
    log = LogFile(path)
    exchange.on_end(log.close)
    return log


def send_rest(exchange: Exchange, log: LogFile | None, start: int) -> None:
    """Answer with what a log has had from `start` on when it was opened."""
    size = 0 if log is None else log.size
    exchange.answer(as_text(_Span(log, start, size, exchange.site.limits.chunk), size - start))


def find_start(exchange: Exchange, log: LogFile | None, lines: int | None, found: Callable[[int], None]) -> None:
    """Call `found` with the offset where the last `lines` lines begin (None: all of them), letting others go first; or
    with that of the place that is asked for."""
    place = exchange.request.query.get("from")
    if place is not None and log is not None:
        found(log.find(place))
        return
    if log is None or lines is None:
        found(0)
        return
    search = TailSearch(log.read, log.size, lines)

    def turn() -> None:
        for _ in range(BLOCKS_PER_TURN):
            search.step()
        if search.start is None:
            exchange.post(turn)
        else:
            found(search.start)

    turn()


def place_of(log: LogFile | None, start: int) -> Headers:
    """The header with the place at which a followed log begins; none while there is no log."""
    return () if log is None else ((PLACE, log.place(start).encode()),)


class _Span:
    """The bytes from `start` to `end` of a log."""

    __slots__ = ("_chunk", "_end", "_log", "_position")

    def __init__(self, log: LogFile | None, start: int, end: int, chunk: int) -> None:
        self._log = log
        self._position = start
        self._end = end
        self._chunk = chunk

    def start(self, wake: Callable[[], None]) -> None:
        """Nothing to wait for: all of it is there."""

    def read(self) -> bytes | None:
        if self._log is None or self._position >= self._end:
            return None
        data = self._log.read(self._position, min(self._chunk, self._end - self._position))
        if not data:
            raise SextonError(f"cannot send the log: it became shorter ({self._log.path})")
        self._position += len(data)
        return data


class _Following:
    """A log from `start` on, to its end when the run has ended, those of further attempts after it. The file may not be
    there yet."""

    __slots__ = ("_control", "_ended", "_exchange", "_log", "_next", "_position", "_run_id", "_wake")

    def __init__(self, exchange: Exchange, control: Control, run_id: int, log: LogFile | None, start: int) -> None:
        self._exchange = exchange
        self._control = control
        self._run_id = run_id
        self._log = log
        self._position = start
        self._ended = False
        self._next: str | None = None  # the log of a further attempt

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        follow(self._exchange, self._control, self._run_id, self._seen)

    def read(self) -> bytes | None:
        data = self._more()
        if not data and self._next is not None:
            self._turn_to(self._next)
            data = self._more()
        return None if self._ended and not data else data

    def _more(self) -> bytes:
        if self._log is None:
            return b""
        data = self._log.read(self._position, self._exchange.site.limits.chunk)
        self._position += len(data)
        return data

    def _turn_to(self, path: str) -> None:
        if self._log is not None:
            self._log.close()
        self._log, self._position, self._next = _opened(self._exchange, path), 0, None

    def _seen(self, run: RunView) -> None:
        path = run["log"]
        if path is not None and self._log is None:
            self._turn_to(path)
        elif path is not None and self._log is not None and not self._log.is_at(path):
            self._next = path
        self._ended = has_ended(run)
        self._wake()
