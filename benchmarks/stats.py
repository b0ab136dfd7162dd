"""The few statistics that the tables need."""

from collections.abc import Sequence
from math import ceil


def percentile(values: Sequence[float], percent: float) -> float:
    """By nearest rank: a value that was measured, never one between two. Of 40 values the 99th is the largest."""
    if not values:
        raise ValueError("cannot take a percentile of nothing")
    return sorted(values)[max(ceil(len(values) * percent / 100) - 1, 0)]


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)
