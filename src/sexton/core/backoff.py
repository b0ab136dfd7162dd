"""Delay rules: how long to wait before trying again."""

from sexton.model.units import MILLISECOND, SECOND, Duration


def store_backoff(failures: int) -> Duration:
    """Before the next try to write to a store that failed `failures` times in a row: 100 ms, doubling, at most 5 s."""
    return min(100 * MILLISECOND << min(failures - 1, 10), 5 * SECOND)
