"""One sink as the engine knows it: what it is doing, how it has done, and what it may be given next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.core.turns import sink_pause
from sexton.model.units import SECOND, Duration, Elapsed, Instant

if TYPE_CHECKING:
    from sexton.engine.notices.delivery import Delivery, Verdict
    from sexton.model.notice import Sink
    from sexton.model.outbox import Record
    from sexton.ports import Timer

MOST_HURRIED = 100  # notices that are in memory alone
FRESH: Duration = 30 * SECOND  # how long they are worth telling


def nobody(verdict: Verdict) -> None:
    """Who hears what came of a notice, where no one has asked for it."""


class Posted(NamedTuple):
    """A notice on its way: that of row `id`, made at `created`, which was tried `attempts` times; or one that is in no
    ledger (0). `told` hears what came of it. Of a mail that some have had, `recipients` are the others, and `refused`
    says who never gets it. `asked`: when a person has made it as good as new."""

    notice: Mapping[str, Any]
    id: int = 0
    attempts: int = 0
    created: Instant = 0
    told: Callable[[Verdict], None] = nobody
    recipients: tuple[str, ...] = ()
    refused: str = ""
    asked: Instant | None = None

    @property
    def fresh_at(self) -> Instant:
        """From when on its age counts."""
        return self.created if self.asked is None else self.asked


class Hurried(NamedTuple):
    """A notice that is in no ledger, told soon or never. `insist`: also a sink that does not answer is tried."""

    posted: Posted
    until: Elapsed
    insist: bool = False


class SinkEntry:
    """`paused_until` is when a sink that does not answer is tried again; `failures` counts those in a row."""

    __slots__ = (
        *("began", "delivered", "delivery", "dropped", "error", "failed", "failing_since", "failures", "given_up"),
        *("hurried", "hurried_last", "last_delivered", "lately", "paused_until", "pending", "posted", "sink", "slow"),
    )

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.delivery: Delivery | None = None  # the one that goes
        self.posted: Posted | None = None  # what it delivers
        self.began: Elapsed = 0
        self.slow: Timer | None = None  # runs out when that one has gone for long
        self.hurried: deque[Hurried] = deque()
        self.hurried_last = False  # whether it is the turn of what the ledger has
        self.failures = 0
        self.paused_until: Elapsed = 0
        self.pending = 0
        self.delivered = 0
        self.given_up = 0
        self.failed = 0
        self.lately: tuple[Instant, ...] = ()  # when notices were given up, of late
        self.dropped = 0
        self.last_delivered: Instant | None = None
        self.failing_since: Instant | None = None
        self.error = ""

    @property
    def state(self) -> str:
        """In a word, for people."""
        if self.failing_since is not None:
            return "failing"
        if self.delivery is not None:
            return "delivering"
        return "unused" if self.last_delivered is None else "ok"

    @property
    def is_back(self) -> bool:
        """Whether it had not answered until now; one failure alone may have been the notice's."""
        return self.failing_since is not None and self.failures != 1

    def learn(self, record: Record) -> None:
        """What the ledger knows of it."""
        self.delivered, self.failed, self.given_up = record.delivered, record.failed, record.given_up
        self.lately = record.lately
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
            self.last_delivered, self.failing_since, self.error = now, None, ""
            return
        self.error = verdict.error
        self.failed += 1
        self.failing_since = self.failing_since or now
        if verdict.again:
            self.failures += 1
            self.paused_until = elapsed + sink_pause(self.failures, verdict.pause)

    def hurry(self, hurried: Hurried) -> bool:
        """Keep it in mind; False where too many wait."""
        if len(self.hurried) >= MOST_HURRIED:
            self.dropped += 1
            return False
        if hurried.insist:
            self.hurried.appendleft(hurried)
        else:
            self.hurried.append(hurried)
        return True

    @property
    def is_insisted(self) -> bool:
        """Whether somebody waits for an answer, who is served before all others."""
        return bool(self.hurried) and self.hurried[0].insist

    def is_turn_of_rows(self, elapsed: Elapsed) -> bool:
        """Whether what the ledger has goes before what is in memory alone, as it does every second time."""
        self._drop(lambda hurried: hurried.until > elapsed)
        return not self.is_insisted and (self.hurried_last or not self.hurried)

    def forget_start(self, run: int) -> None:
        """Drop the start of a run that has ended."""
        self._drop(lambda hurried: _start_of(hurried) != run)

    def _drop(self, keeps: Callable[[Hurried], bool]) -> None:
        kept = deque(hurried for hurried in self.hurried if hurried.insist or keeps(hurried))
        self.dropped += len(self.hurried) - len(kept)
        self.hurried = kept

    def next_hurried(self, elapsed: Elapsed) -> Hurried | None:
        """The first that is still worth telling; of a sink that does not answer, the first that insists."""
        while self.hurried:
            hurried = self.hurried.popleft()
            if hurried.insist or (hurried.until > elapsed and self.paused_until <= elapsed):
                return hurried
            self.dropped += 1
        return None


def _start_of(hurried: Hurried) -> int | None:
    """The run whose start it is."""
    notice = hurried.posted.notice
    return notice.get("run") if notice.get("kind") == "start" else None
