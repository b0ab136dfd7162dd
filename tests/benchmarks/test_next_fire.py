"""The walk that is measured is the right one."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.next_fire import CASES, MIXED, START, agree, plain_steps, sexton_steps


def test_each_step_gives_the_fire_time_after_the_last() -> None:
    step = sexton_steps("0 8 * * *", "UTC")
    assert [step(), step()] == [microseconds(2026, 1, 1, 8), microseconds(2026, 1, 2, 8)]


def test_every_expression_of_every_case_is_a_schedule_that_fires_after_the_start() -> None:
    for expressions, zone in CASES.values():
        for text in expressions:
            first = sexton_steps(text, zone)()
            assert isinstance(first, int)
            assert first > START.timestamp() * 1_000_000


@pytest.mark.parametrize("expression", MIXED)
def test_floor_is_right_where_it_is_measured(expression: str) -> None:
    agree(expression, [sexton_steps(expression, "UTC"), plain_steps(expression, "UTC")])


def test_walks_may_differ_in_their_terms() -> None:
    days = iter(range(1, 100))
    agree("0 8 * * *", [sexton_steps("0 8 * * *", "UTC"), lambda: START + timedelta(days=next(days) - 1, hours=8)])


def test_walks_that_part_are_an_error() -> None:
    with pytest.raises(ValueError, match="disagree on the fire times of '0 8"):
        agree("0 8 * * *", [sexton_steps("0 8 * * *", "UTC"), sexton_steps("0 8 * * *", "Europe/Berlin")])


def microseconds(year: int, month: int, day: int, hour: int) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1_000_000
