"""Whether what a job waits for can come together."""

import pytest

from sexton.core.answers.meeting import apart
from sexton.core.schedules.parse import parse_schedule
from sexton.model.job import After, Job
from sexton.model.process import Process
from sexton.model.run import Outcome


def job(name: str, schedule: str = "", *after: str) -> Job:
    met = tuple(After(upstream, frozenset({Outcome.SUCCEEDED})) for upstream in after)
    return Job(name, Process(("true",)), parse_schedule([schedule], "UTC", name) if schedule else None, met)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("0 8 * * *", "0 8 * * *", True),
        ("0 * * * *", "0 8 * * *", True),
        ("0 8 * * *", "0 9 * * *", False),
        ("0 8 * * mon", "0 8 * * tue", False),
        ("0 8 29 2 *", "0 8 * * mon", True),  # on a 29 February in the 2030s or 2040s
        ("@every 7m", "@every 11m", True),
        ("*/2 * * * *", "1-59/2 * * * *", True),  # as far as was looked
        ("@every 7m from start", "0 8 * * *", True),  # nobody knows when it will be started
        ("@reboot", "0 8 * * *", True),
        ("", "0 8 * * *", True),  # a person can give it any fire time
    ],
)
def test_upstreams_meet_when_they_share_a_fire_time(one: str, other: str, meet: bool) -> None:
    jobs = {each.name: each for each in (job("a", one), job("b", other), job("c", "", "a", "b"))}
    assert apart(jobs, jobs["c"]) == (None if meet else ("a", "b"))


def test_upstreams_meet_when_they_come_from_the_same_job() -> None:
    chain = [job("root", "0 8 * * *"), job("a", "", "root"), job("b", "", "a"), job("c", "", "root", "b")]
    assert apart({each.name: each for each in chain}, chain[-1]) is None


def test_an_upstream_has_the_fire_times_of_all_that_it_runs_after() -> None:
    chain = [job("x", "0 8 * * *"), job("y", "0 9 * * *"), job("a", "", "x"), job("c", "", "a", "y")]
    assert apart({each.name: each for each in chain}, chain[-1]) == ("a", "y")
