"""One request and the right to answer it, once.

Resources may answer at once or later, from any callback on the loop's thread; an answer that comes when the client
has gone or has been answered is dropped. Invariant: `on_end` calls run exactly once, when the answer was sent or
can no longer be; after that the exchange holds nothing of the connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from sexton.api.answers import Reply, error, refusal
from sexton.api.request import Request
from sexton.api.site import Site
from sexton.model.errors import SextonError
from sexton.model.units import Duration

if TYPE_CHECKING:
    from sexton.ports import Answer

Call = Callable[[], None]


class Peer(Protocol):
    """The connection, as the exchange sees it."""

    def reply(self, reply: Reply) -> None: ...

    def abort(self) -> None:
        """Close at once, so that the client sees a cut answer."""


class Exchange:
    """See the module's text. `request` is the question, `site` what the answer may need; `unhurried`: whatever answers
    has deadlines of its own, and may take longer than `limits.answer`."""

    __slots__ = ("_at_end", "_peer", "answered", "request", "site", "unhurried")

    def __init__(self, site: Site, request: Request, peer: Peer) -> None:
        self.site = site
        self.request = request
        self._peer: Peer | None = peer
        self.answered = self.unhurried = False
        self._at_end: list[Call] = []

    def answer(self, reply: Reply) -> None:
        if self._peer is not None and not self.answered:
            self.answered = True
            self._peer.reply(reply)

    def then(self, go_on: Callable[[Any], None]) -> Answer:
        """A callback for ports.Control: goes on with the result; a SextonError instead of it is the answer."""

        def take(result: Any) -> None:
            self.attempt(lambda: go_on(_raised(result)))

        return take

    def answering(self, make: Callable[[Any], Reply]) -> Answer:
        """A callback for ports.Control: `make` turns the result into the answer."""
        return self.then(lambda result: self.answer(make(result)))

    def post(self, call: Call) -> None:
        """Go on in the loop's next turn."""
        self.site.loop.post(lambda: self.attempt(call))

    def after(self, delay: Duration, call: Call) -> None:
        """Go on after `delay`, unless the exchange has ended by then."""
        self.on_end(self.site.loop.after(delay, lambda: self.attempt(call)).cancel)

    def on_end(self, call: Call) -> None:
        """Give back what the answer needed. Runs at once when the exchange has ended already."""
        if self._peer is None:
            call()
        else:
            self._at_end.append(call)

    def end(self) -> None:
        """The answer was sent, or nobody waits for it any more. May be called twice."""
        self._peer = None
        calls, self._at_end = self._at_end, []
        for call in calls:
            call()

    def attempt(self, call: Call) -> None:
        """Make a call of a resource: what it raises is the answer, or cuts off the answer that is on its way."""
        if self._peer is None:
            return
        try:
            call()
        except SextonError as reason:
            self._fail(refusal(reason), str(reason))
        except Exception as defect:  # noqa: BLE001 - a defect of one resource costs one answer, never the daemon
            self.site.report(f"cannot answer {self.request.method} {self.request.path}: {described(defect)}")
            self._fail(error("internal", "Sexton made a mistake; its log says which"))

    def _fail(self, reply: Reply, cause: str = "") -> None:
        if not self.answered:
            self.answer(reply)
        elif self._peer is not None:
            if cause:
                self.site.report(f"cut off {self.request.method} {self.request.path}: {cause}")
            self._peer.abort()


def described(defect: BaseException) -> str:
    """One line: what was raised, and where."""
    place = defect.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" ({place.tb_frame.f_code.co_filename}:{place.tb_lineno})" if place is not None else ""
    return f"{type(defect).__name__}: {defect}{where}"


def _raised(result: Any) -> Any:
    if isinstance(result, SextonError):
        raise result
    return result
