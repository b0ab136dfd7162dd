"""Whose turn it is to be delivered, and when again: how many children may go at once.

One goes to each sink, which is the engine's to see to. Invariant: sinks that hang take no more than SLOW of the time of
those that do not, until IN_ALL of them hang at once.
"""

from collections.abc import Iterable

from sexton.model.units import SECOND, Duration, Elapsed

AT_ONCE = 4  # children that have not gone for long
IN_ALL = 16
SLOW: Duration = 10 * SECOND  # who has gone for so long is in nobody's way any more


def has_room(begun: Iterable[Elapsed], now: Elapsed) -> bool:
    """Whether one more child may go, when those that go have `begun` then."""
    ages = [now - each for each in begun]
    return len(ages) < IN_ALL and sum(age < SLOW for age in ages) < AT_ONCE
