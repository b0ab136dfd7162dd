"""A job that runs after several others: once for each fire time for which all of them have ended as it says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job

NINE = "2026-11-22T09:00:00Z"


def staged(ledger: Ledger | None = None, **words: str) -> Stage:
    """`a` and `b` at every full hour, `c` after both."""
    words = words or {"a": "succeeded", "b": "succeeded"}
    stage = Stage(job("a", "0 * * * *"), job("b", "0 * * * *"), job("c", after=words), ledger=ledger)
    stage.live("c", lasts=SECOND)
    stage.start()
    return stage


def test_a_job_runs_once_when_the_last_of_its_upstreams_has_ended(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.pass_time(HOUR)
    stage.end("a")
    assert stage.rows("c") == []
    stage.end("b")
    stage.pass_time(MINUTE)
    (row,) = stage.rows("c")
    assert (row.slot, row.outcome) == ("after:2", "succeeded")
    assert stage.started("c") == [NINE]


@pytest.mark.parametrize(("first", "then"), [("a", "b"), ("b", "a")])
def test_a_job_does_not_run_when_one_of_its_upstreams_ended_otherwise(ledger: Ledger, first: str, then: str) -> None:
    stage = staged(ledger)
    stage.pass_time(HOUR)
    stage.end(first, 1)
    stage.end(then)
    stage.pass_time(MINUTE)
    assert stage.rows("c") == []


def test_each_upstream_has_outcomes_of_its_own(ledger: Ledger) -> None:
    stage = staged(ledger, a="failed", b="any")
    stage.pass_time(HOUR)
    stage.end("a", 1)
    stage.end("b", 1)
    assert stage.started("c") == [NINE]


def test_ends_for_different_fire_times_do_not_come_together(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.pass_time(HOUR)
    stage.end("a")
    stage.pass_time(HOUR)  # b's run of nine is still going, so that of ten is skipped
    stage.end("a")
    assert stage.rows("c") == []
    stage.end("b")
    assert stage.started("c") == [NINE]


def test_a_run_by_hand_of_one_upstream_calls_for_nothing(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.pass_time(HOUR)
    stage.end("b")
    stage.end("a", 1)
    stage.pass_time(SECOND)
    stage.trigger("a")
    stage.end("a")
    assert stage.rows("c") == []


def test_branches_of_a_run_by_hand_come_together_again(ledger: Ledger) -> None:
    jobs = [job("root"), job("a", after={"root": "any"}), job("b", after={"root": "any"})]
    stage = Stage(*jobs, job("c", after={"a": "any", "b": "any"}), ledger=ledger)
    for each in jobs:
        stage.live(each.name, lasts=SECOND)
    stage.start()
    stage.trigger("root")
    stage.pass_time(MINUTE)
    assert len(stage.rows("c")) == 1


def test_jobs_at_start_come_together(ledger: Ledger) -> None:
    stage = Stage(job("a", "@reboot"), job("b", "@reboot"), job("c", after={"a": "any", "b": "any"}), ledger=ledger)
    stage.start()
    stage.end("a")
    stage.end("b")
    assert len(stage.rows("c")) == 1


def test_a_job_runs_when_the_other_upstream_is_lost_and_that_is_what_it_says(ledger: Ledger) -> None:
    stage = staged(ledger, a="any", b="failed")
    stage.pass_time(HOUR)
    stage.end("a")
    stage.start()  # after a crash that cost b's run
    stage.pass_time(MINUTE)
    assert [row.outcome for row in stage.rows("b")] == ["lost"]
    assert stage.outcomes("c") == ["succeeded"]


def test_the_skipped_call_is_recorded_only_when_all_upstreams_have_ended(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.live("c")
    for _ in range(2):
        stage.pass_time(HOUR)
        stage.end("a")
        assert len(stage.rows("c")) == (len(stage.started("c")))
        stage.end("b")
    assert stage.outcomes("c") == ["claimed", "skipped"]


STEPS = st.lists(st.sampled_from(["end a", "end b", "fail a", "fail b", "crash"]), max_size=6)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(STEPS)
def test_a_fire_time_never_calls_for_more_than_one_run_and_for_one_when_all_is_well(steps: list[str]) -> None:
    """Whatever the order, and whenever Sexton is killed."""
    stage = staged()
    stage.pass_time(HOUR)
    for step in steps:
        what, _, name = step.partition(" ")
        if what == "crash":
            stage.start()
            stage.pass_time(MINUTE)
        elif stage.spawner.pids(name):
            stage.end(name, 1 if what == "fail" else 0)
    stage.pass_time(MINUTE)
    ended = {name: [str(row.outcome) for row in stage.rows(name)] for name in "ab"}
    well = all(outcomes == ["succeeded"] for outcomes in ended.values())
    runs = [row for row in stage.rows("c") if row.fire_time is not None]
    assert len(runs) == well
