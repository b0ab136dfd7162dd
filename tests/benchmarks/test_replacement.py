"""The table of replacements: the median of the rounds, and a dash for a keeper that is not there."""

from benchmarks.keepers import KEEPERS
from benchmarks.replacement import table


def test_each_figure_is_the_median_of_what_the_rounds_say() -> None:
    rounds = [{name: [float(n), 10.0 * n] for name in KEEPERS} for n in (3, 1, 2)]
    assert [row.figures[0] for row in table(rounds).rows] == [2, 20, 2, 20]


def test_a_keeper_that_is_not_there_has_no_figures() -> None:
    present = {name: [1.0] for name in KEEPERS if name != "runit"}
    median = table([present]).rows[0]
    assert dict(zip(KEEPERS, median.figures, strict=True)) == {**dict.fromkeys(KEEPERS, 1.0), "runit": None}
