"""Jitter: spread, bounded, and the same whoever computes it."""

from hypothesis import given
from hypothesis import strategies as st

from sexton.core.due import Missed, Start, decide_due
from sexton.core.schedules.jitter import delay
from sexton.model.job import CatchUp
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.core.listed import Listed

NOON = 20_000 * DAY + 12 * HOUR
HOURLY = Listed([NOON + hour * HOUR for hour in range(300)])


def test_it_is_the_same_each_time_and_differs_by_job_and_fire_time() -> None:
    assert delay("ingest", MINUTE, HOURLY, NOON) == delay("ingest", MINUTE, HOURLY, NOON)
    delays = {delay(f"job{n}", MINUTE, HOURLY, NOON + hour * HOUR) for n in range(10) for hour in range(10)}
    assert len(delays) == 100


def test_it_spreads_over_the_whole_jitter() -> None:
    seconds = sorted(delay(f"job{n}", MINUTE, HOURLY, NOON) // SECOND for n in range(1000))
    assert (seconds[0], seconds[-1]) == (0, 59)
    assert all(8 <= seconds.count(second) <= 30 for second in range(60))


@given(st.integers(0, 298), st.integers(1, 100 * HOUR), st.text(max_size=5))
def test_no_start_comes_after_the_next_fire_time(hour: int, jitter: int, name: str) -> None:
    assert 0 <= delay(name, jitter, HOURLY, NOON + hour * HOUR) < min(jitter, HOUR)


def due(now: int, watermark: int = NOON, grace: int = MINUTE, late: int = 20 * SECOND) -> tuple[object, ...]:
    return decide_due(HOURLY, watermark, now, grace, CatchUp.NONE, lambda fire_time: late)


def test_a_fire_time_is_not_due_before_its_delay_is_over() -> None:
    assert due(NOON + HOUR + 20 * SECOND - 1) == ()
    assert due(NOON + HOUR + 20 * SECOND) == (Start(NOON + HOUR),)


def test_grace_counts_from_the_moment_put_off_to() -> None:
    assert due(NOON + HOUR + 80 * SECOND) == (Start(NOON + HOUR),)
    assert due(NOON + HOUR + 80 * SECOND + 1) == (Missed(NOON + HOUR, NOON + HOUR, 1),)


def test_older_fire_times_are_decided_while_the_newest_is_put_off() -> None:
    assert due(NOON + 3 * HOUR + SECOND) == (Missed(NOON + HOUR, NOON + 2 * HOUR, 2),)
