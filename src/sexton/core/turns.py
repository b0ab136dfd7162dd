"""Whose turn it is to be delivered, and when again: how many children may go at once.

One goes to each sink, which is the engine's to see to. Invariant: sinks that hang take no more than SLOW of the time of
those that do not, until IN_ALL of them hang at once.
"""

from collections.abc import Iterable

from sexton.core.backoff import growing
from sexton.model.units import MILLISECOND, MINUTE, SECOND, Duration, Elapsed, Instant

AT_ONCE = 4  # children that have not gone for long
IN_ALL = 16
SLOW: Duration = 10 * SECOND  # who has gone for so long is in nobody's way any more
_STUBBORN = 7  # tries in vain, after which it may be the notice and not the sink
_EARLIER: Duration = 100 * MILLISECOND  # than the sink, whose pause another clock measures


def has_room(begun: Iterable[Elapsed], now: Elapsed) -> bool:
    """Whether one more child may go, when those that go have `begun` then."""
    ages = [now - each for each in begun]
    return len(ages) < IN_ALL and sum(age < SLOW for age in ages) < AT_ONCE


def sink_pause(failures: int, asked: Duration = 0) -> Duration:
    """How long a sink is left alone that has failed so often in a row: 1 s, doubling, at most 1 min; or as `asked`."""
    return max(asked, growing(SECOND, 2, MINUTE, failures))


def notice_pause(tries: int, asked: Duration = 0) -> Duration:
    """How long a notice waits that was tried so often in vain: it is ready when its sink is, so that the oldest stays
    the first. One that has been tried for a minute lets another have the next try."""
    pause = sink_pause(tries, asked)
    return pause + SECOND if tries >= _STUBBORN else pause - _EARLIER


def next_try(
    now: Instant, created: Instant, give_up_after: Duration, tries: int, asked: Duration = 0
) -> Instant | None:
    """When a notice is tried again after so many `tries` in vain; None: it is too old by now, and is given up."""
    return None if now - created >= give_up_after else now + notice_pause(tries, asked)
