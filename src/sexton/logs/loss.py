"""Output that its log file did not take, as on a full disk: said once when that begins, and once when it is over.

One stretch for one process's output; a write that goes in whole ends it, unless something was lost a moment before: a
disk that is full now and then must not fill our own log. Loaded with the first loss. Invariant: every lost byte is in
the owner's account at once, and in what is said when the stretch ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.model.log import Lost
from sexton.model.units import SECOND, Elapsed

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from sexton.ports import Clock

CALM = SECOND  # without a loss, before a stretch is over


class Stretch:
    """`owner` is whose output it is, `accounts` are kept by owner; `say` is Sexton's own log."""

    __slots__ = ("_accounts", "_clock", "_cost", "_last", "_owner", "_path", "_say")

    def __init__(
        self, clock: Clock, say: Callable[..., None], accounts: MutableMapping[str, Lost], owner: str, path: str
    ) -> None:
        self._clock = clock
        self._say = say
        self._accounts = accounts
        self._owner = owner
        self._path = path
        self._cost = 0
        self._last: Elapsed = 0

    def add(self, count: int, reason: str) -> None:
        """`count` bytes more, refused for `reason`."""
        if not self._cost:
            said = f"cannot write the log of {self._owner} ({self._path}): {reason}; its output is lost meanwhile"
            self._say("error", said, event="log_losing", owner=self._owner, path=self._path)
        now = self._clock.now()
        self._cost += count
        self._last = now.elapsed
        before = self._accounts.get(self._owner)
        self._accounts[self._owner] = Lost((before.size if before else 0) + count, now.wall, reason)

    def is_over(self) -> bool:
        """A write went in whole: whether that ends the stretch."""
        if self._clock.now().elapsed - self._last < CALM:
            return False
        self.end("; it is written again")
        return True

    def end(self, how: str = "") -> None:
        """Say what it cost. `how` goes on with the sentence."""
        self._accounts[self._owner] = self._accounts[self._owner]._replace(reason="")
        said = f"{self._cost} bytes of the output of {self._owner} are not in its log ({self._path}){how}"
        fields = {"event": "log_lost", "owner": self._owner, "path": self._path, "lost_bytes": self._cost}
        self._say("warning", said, **fields)
