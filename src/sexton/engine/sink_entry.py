"""One sink as the engine knows it: what it is doing, how it has done, and what it may be given next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.core.backoff import growing
from sexton.model.units import MINUTE, SECOND, Duration, Elapsed, Instant

if TYPE_CHECKING:
    from sexton.engine.delivery import Delivery, Verdict
    from sexton.model.notice import Sink
    from sexton.model.outbox import Record

MOST_HURRIED = 100  # notices that are in memory alone
FRESH: Duration = MINUTE  # how long they are worth telling


def nobody(verdict: Verdict) -> None:
    """Who hears what came of a notice, where no one has asked for it."""


class Posted(NamedTuple):
    """A notice on its way: that of row `id`, made at `created`, which was tried `attempts` times; or one that is in no
    ledger (0). `told` hears what came of it."""

    notice: Mapping[str, Any]
    id: int = 0
    attempts: int = 0
    created: Instant = 0
    told: Callable[[Verdict], None] = nobody


class Hurried(NamedTuple):
    """A notice that is in no ledger, told soon or never. `insist`: also a sink that does not answer is tried."""

    posted: Posted
    until: Elapsed
    insist: bool = False


class SinkEntry:
    """`paused_until` is when a sink that does not answer is tried again; `failures` counts those in a row."""

    __slots__ = (
        *("delivered", "delivery", "dropped", "error", "failed", "failing_since", "failures", "given_up", "hurried"),
        *("given_up_before", "last_delivered", "paused_until", "pending", "posted", "sink"),
    )

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.delivery: Delivery | None = None  # the one that goes
        self.posted: Posted | None = None  # what it delivers
        self.hurried: deque[Hurried] = deque()
        self.failures = 0
        self.paused_until: Elapsed = 0
        self.pending = 0
        self.delivered = 0
        self.given_up = 0
        self.failed = 0
        self.given_up_before: int | None = None  # when Sexton started
        self.dropped = 0
        self.last_delivered: Instant | None = None
        self.failing_since: Instant | None = None
        self.error = ""

    @property
    def given_up_now(self) -> int:
        """How many since Sexton started."""
        return self.given_up - (self.given_up_before or 0)

    @property
    def state(self) -> str:
        """In a word, for people."""
        if self.failing_since is not None:
            return "failing"
        if self.delivery is not None:
            return "delivering"
        return "unused" if self.last_delivered is None else "ok"

    def learn(self, record: Record) -> None:
        """What the ledger knows of it."""
        self.delivered, self.failed, self.given_up = record.delivered, record.failed, record.given_up
        if self.given_up_before is None:
            self.given_up_before = record.given_up
        self.last_delivered, self.failing_since, self.error = (
            record.last_delivered,
            record.failing_since,
            record.error,
        )

    def heard(self, verdict: Verdict, now: Instant, elapsed: Elapsed) -> None:
        """Of one that does not answer one notice is tried at a time, with growing pauses; a refusal for good is an
        answer."""
        if not verdict.error:
            self.failures, self.paused_until = 0, 0
            self.delivered += 1
            self.last_delivered, self.failing_since, self.error = now, None, ""
            return
        self.error = verdict.error
        self.failed += 1
        self.failing_since = self.failing_since or now
        if verdict.again:
            self.failures += 1
            self.paused_until = elapsed + max(verdict.pause, growing(SECOND, 2, MINUTE, self.failures))

    def hurry(self, hurried: Hurried) -> bool:
        """Keep it in mind; False where too many wait."""
        if len(self.hurried) >= MOST_HURRIED:
            self.dropped += 1
            return False
        self.hurried.append(hurried)
        return True

    def next_hurried(self, elapsed: Elapsed) -> Hurried | None:
        """The first that is still worth telling; of a sink that does not answer, the first that insists."""
        while self.hurried:
            hurried = self.hurried.popleft()
            if hurried.insist or (hurried.until > elapsed and self.paused_until <= elapsed):
                return hurried
            self.dropped += 1
        return None
