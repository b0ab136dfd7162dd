"""Percentiles by nearest rank."""

import pytest

from benchmarks.stats import median, percentile


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (1, 1), (50, 20), (51, 21), (97.5, 39), (99, 40), (100, 40)])
def test_a_percentile_is_the_value_of_nearest_rank(percent: float, value: int) -> None:
    assert percentile(range(40, 0, -1), percent) == value


def test_the_median_is_a_value_that_was_measured() -> None:
    assert median([3, 9, 1, 100]) == 3


def test_a_percentile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="of nothing"):
        percentile([], 50)
