"""How many jobs start in which minute, and how much there is on which day."""

import pytest

from sexton.core.answers.load import busiest, count_days, starting_in, starts_by_minute
from sexton.core.answers.outlook import Window
from sexton.model.errors import Refused
from sexton.model.units import DAY, HOUR, MINUTE
from tests.core.answers.test_outlook import seen
from tests.core.schedules.test_firetimes import instant

NOON = instant("2026-11-22T12:00Z")
JOBS = {"poll": seen("*/20 * * * *"), "tick": seen("@every 10s"), "hour": seen("@hourly"), "noon": seen("0 12 * * *")}


def test_a_job_counts_once_for_a_minute_however_often_it_fires_in_it() -> None:
    found = starts_by_minute(JOBS, Window(NOON, NOON + HOUR))
    assert (found[0], found[1], found[20], len(found)) == (4, 1, 2, 60)


def test_the_busiest_minutes_come_first_and_lonely_ones_never() -> None:
    window = Window(NOON, NOON + 2 * DAY)
    found = starts_by_minute(JOBS, window)
    worst = busiest(found, [(720 + place) % 1440 for place in range(len(found))], window.start)
    assert worst[0] == (720, 4, 2, NOON)
    assert worst[1] == (0, 3, 2, NOON + 12 * HOUR)
    assert all(one.jobs >= 2 for one in worst)
    assert starting_in(JOBS, NOON + 20 * MINUTE) == ["poll", "tick"]


def test_more_starts_than_can_be_looked_at_are_refused_with_advice() -> None:
    jobs = {f"job{number}": seen("* * * * *") for number in range(200)}
    with pytest.raises(Refused, match="ask for less time"):
        starts_by_minute(jobs, Window(NOON, NOON + 7 * DAY))


def test_days_count_fire_times_and_jobs() -> None:
    midnight = instant("2026-11-22T00:00Z")
    jobs = {"noon": JOBS["noon"], "hour": JOBS["hour"], "sunday": seen("0 5 * * 0")}
    sunday, monday = count_days(jobs, [midnight, midnight + DAY, midnight + 2 * DAY])
    assert sunday == (midnight, 26, 3)
    assert monday == (midnight + DAY, 25, 2)


def test_jitter_moves_a_start_to_another_minute() -> None:
    jobs = {f"job{number}": seen("0 12 * * *")._replace(jitter=HOUR) for number in range(60)}
    found = starts_by_minute(jobs, Window(NOON, NOON + HOUR))
    assert sum(found) == 60
    assert max(found) < 10
    for minute, number in enumerate(found):
        assert len(starting_in(jobs, NOON + minute * MINUTE)) == number
