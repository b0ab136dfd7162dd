"""The delay before a store that failed is tried again."""

from itertools import pairwise

from sexton.core.backoff import store_backoff
from sexton.model.units import MILLISECOND, SECOND


def test_delay_doubles_from_100_ms_when_failures_go_on() -> None:
    assert [store_backoff(n) // MILLISECOND for n in range(1, 8)] == [100, 200, 400, 800, 1600, 3200, 5000]


def test_delay_stays_at_its_limit_when_the_store_never_comes_back() -> None:
    assert {store_backoff(n) for n in (7, 50, 10**6)} == {5 * SECOND}


def test_delay_never_shrinks_when_failures_grow() -> None:
    assert all(before <= later for before, later in pairwise(store_backoff(n) for n in range(1, 100)))
