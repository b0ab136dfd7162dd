"""Fire times that came while Sexton was down, on one day of each month: who runs, and which rows tell of the rest."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import job
from tests.acceptance.ledger import micros, rows, set_watermark

DAY = 1 if 8 <= datetime.now(UTC).day < 22 else 15  # of the month: no test is amid one when it begins
LONG = "40d"  # a grace within which the last of these days always is
SHORT = "1ms"


def days(number: int) -> list[datetime]:
    """The last `number` fire times of a schedule that fires as DAY of each month begins."""
    last = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while last.day != DAY:
        last -= timedelta(days=1)
    found = [last]
    while len(found) < number:
        found.append((found[-1] - timedelta(days=DAY)).replace(day=DAY))
    return found[::-1]


def history(daemon: Daemon) -> list[tuple[Any, ...]]:
    """(outcome, fire time, last fire time of a range, how many) of each row."""
    return [(row["outcome"], row["fire_time"], row["last"], row["number"]) for row in rows(daemon.home)]


def missed(times: Sequence[datetime]) -> tuple[Any, ...]:
    return ("missed", micros(times[0]), micros(times[-1]), len(times))


def ran(time: datetime) -> tuple[Any, ...]:
    return ("succeeded", micros(time), None, 1)


def after_downtime(make: Callable[..., Daemon], since: datetime, **keys: str) -> Daemon:
    """A Sexton that was down from just before `since` on, started again."""
    daemon = make(job("load", command="true", schedule=f"0 0 {DAY} * *", **keys))
    assert daemon.once().returncode == 0
    assert rows(daemon.home) == []
    set_watermark(daemon.home, "load", since - timedelta(microseconds=1))
    return daemon.start()


def stopped(daemon: Daemon) -> Daemon:
    assert daemon.stop() == 0
    return daemon


@pytest.mark.parametrize(("catch_up", "grace"), [("last", SHORT), ("last", LONG), ("none", LONG)])
def test_only_the_newest_runs_when_it_is_within_grace_or_last_is_wanted(
    make: Callable[..., Daemon], catch_up: str, grace: str
) -> None:
    times = days(12)
    daemon = after_downtime(make, times[0], catch_up=catch_up, grace=grace)
    daemon.wait_for(r"load: missed 11 fire times")
    daemon.ended("load")
    assert history(stopped(daemon)) == [missed(times[:-1]), ran(times[-1])]


def test_none_runs_when_all_are_beyond_grace_and_none_is_wanted(make: Callable[..., Daemon]) -> None:
    times = days(12)
    daemon = after_downtime(make, times[0], catch_up="none", grace=SHORT)
    daemon.wait_for(r"load: missed 12 fire times")
    assert history(stopped(daemon)) == [missed(times)]


def test_all_run_oldest_first_when_all_are_wanted(make: Callable[..., Daemon]) -> None:
    times = days(5)
    daemon = after_downtime(make, times[0], catch_up="all", grace=SHORT)
    for _ in times:
        daemon.ended("load")
    assert history(stopped(daemon)) == [ran(time) for time in times]


def test_a_hundred_run_and_the_rest_is_one_row_when_all_are_too_many(make: Callable[..., Daemon]) -> None:
    times = days(110)
    daemon = after_downtime(make, times[0], catch_up="all")
    daemon.wait_for(r"load: missed 10 fire times")
    daemon.wait_for(r"load: run 100 succeeded")
    found = history(stopped(daemon))
    assert [row for row in found if row[0] == "succeeded"] == [ran(time) for time in times[:100]]
    assert [row for row in found if row[0] != "succeeded"] == [missed(times[100:])]


def test_nothing_is_decided_twice_over_another_restart(make: Callable[..., Daemon]) -> None:
    times = days(3)
    daemon = after_downtime(make, times[0])
    daemon.ended("load")
    before = history(stopped(daemon))
    daemon.start()
    assert daemon.runs()[-1]["fire_time"] == daemon.ask("status")["jobs"][0]["last"]["fire_time"]
    assert history(stopped(daemon)) == before == [missed(times[:-1]), ran(times[-1])]


@pytest.mark.parametrize(("schedule", "seconds"), [("@every 1s", 1), ("* * * * *", 60)])
def test_a_year_of_downtime_is_one_row_and_takes_no_time(
    make: Callable[..., Daemon], schedule: str, seconds: int
) -> None:
    since = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=365)
    daemon = make(job("load", command="true", schedule=schedule, catch_up="none", grace="1h"))
    assert daemon.once().returncode == 0
    set_watermark(daemon.home, "load", since - timedelta(microseconds=1))
    begin = time.monotonic()
    daemon.start()
    daemon.ended("load")
    assert time.monotonic() - begin < 5
    range_, first, *_ = history(stopped(daemon))
    assert range_ == ("missed", micros(since), first[1] - seconds * 1_000_000, range_[3])
    assert range_[3] == (first[1] - micros(since)) // (seconds * 1_000_000)
