"""Runs of a job that meet the run before: waiting for it, going beside it, or taking its place."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.overlap import MOST_WAITING
from sexton.model.job import Overlap, Retry
from sexton.model.ledger import Queued
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job
from tests.fakes import WALL

EVERY_TEN = "*/10 * * * *"
TERM = 15


def met(overlap: Overlap, ledger: Ledger | None = None, **keys: Any) -> Stage:
    """A stage on which the fire time 8:10 goes on while 8:20 and 8:30 come."""
    stage = Stage(job("ingest", EVERY_TEN, overlap=overlap, **keys), ledger=ledger)
    stage.start()
    stage.pass_time(30 * MINUTE)
    return stage


def test_runs_wait_for_each_other_in_order_and_durably_when_they_queue(ledger: Ledger) -> None:
    stage = met(Overlap.QUEUE, ledger)
    assert stage.outcomes("ingest") == ["claimed", "queued", "queued"]
    assert stage.watermark("ingest") == WALL + 30 * MINUTE
    for _ in range(3):
        stage.end("ingest")
    assert stage.started("ingest") == ["2026-11-22T08:10:00Z", "2026-11-22T08:20:00Z", "2026-11-22T08:30:00Z"]
    assert stage.outcomes("ingest") == ["succeeded"] * 3
    assert {row.slot for row in stage.rows("ingest")} == {*stage.started("ingest")}


def test_queued_fire_times_run_after_a_crash(ledger: Ledger) -> None:
    stage = met(Overlap.QUEUE, ledger)
    stage.spawner.alive.clear()
    stage.start()
    stage.end("ingest")
    stage.end("ingest")
    assert stage.outcomes("ingest") == ["lost", "succeeded", "succeeded"]


def test_what_is_too_much_to_wait_is_skipped_with_a_row() -> None:
    stage = Stage(job("ingest", "@every 1m", overlap=Overlap.QUEUE))
    stage.start()
    stage.pass_time((MOST_WAITING + 3) * MINUTE)
    assert stage.outcomes("ingest") == ["claimed", *["queued"] * MOST_WAITING, "skipped", "skipped"]
    assert stage.rows("ingest")[-1].reason == "100 runs were waiting already"


def test_a_fire_time_is_queued_again_when_the_store_fails() -> None:
    stage = Stage(job("ingest", EVERY_TEN, overlap=Overlap.QUEUE))
    stage.start()
    stage.pass_time(15 * MINUTE)
    stage.store.failing = lambda change: isinstance(change, Queued)
    stage.pass_time(6 * MINUTE)
    assert (stage.outcomes("ingest"), stage.watermark("ingest")) == (["claimed"], WALL + 10 * MINUTE)
    stage.store.failing = lambda change: False
    stage.pass_time(10 * SECOND)
    assert stage.outcomes("ingest") == ["claimed", "queued"]


def test_a_run_that_queues_waits_behind_the_next_attempt_of_the_one_before() -> None:
    stage = met(Overlap.QUEUE, retry=Retry(2, MINUTE))
    stage.end("ingest", code=1)
    assert len(stage.spawner.started) == 1
    stage.pass_time(MINUTE)
    assert stage.spawner.started[-1]["SEXTON_ATTEMPT"] == "2"
    stage.end("ingest")
    assert stage.started("ingest")[-1] == "2026-11-22T08:20:00Z"


def test_runs_go_side_by_side_when_they_are_allowed_to(ledger: Ledger) -> None:
    stage = met(Overlap.ALLOW, ledger)
    assert stage.outcomes("ingest") == ["claimed"] * 3
    answers: list[Any] = []
    stage.control.job("ingest", answers.append)
    assert [run["id"] for run in answers[0]["running"]] == [1, 2, 3]
    for _ in range(3):
        stage.end("ingest")
    assert stage.outcomes("ingest") == ["succeeded"] * 3


def test_runs_that_are_allowed_side_by_side_still_need_room_and_lose_no_fire_time() -> None:
    stage = Stage(job("ingest", EVERY_TEN, overlap=Overlap.ALLOW), max_parallel=2)
    stage.start()
    stage.pass_time(50 * MINUTE)
    assert stage.outcomes("ingest") == ["claimed", "claimed", "queued", "queued", "queued"]
    for _ in range(5):
        stage.end("ingest")
    assert stage.outcomes("ingest") == ["succeeded"] * 5


def test_the_new_run_takes_the_place_of_the_one_that_goes_once_that_has_ended(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_TEN, overlap=Overlap.REPLACE), ledger=ledger)
    stage.live("ingest", stubborn=True)
    stage.start()
    stage.pass_time(20 * MINUTE)
    assert stage.spawner.signals == [("ingest", TERM)]
    assert len(stage.started("ingest")) == 1
    stage.pass_time(10 * SECOND)
    assert stage.started("ingest") == ["2026-11-22T08:10:00Z", "2026-11-22T08:20:00Z"]
    (old, new) = stage.rows("ingest")
    assert (old.outcome, old.reason) == ("cancelled", "replaced by the run for 2026-11-22T08:20:00Z")
    assert new.state == "claimed"


def test_a_run_that_waits_for_its_next_attempt_is_replaced_too(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_TEN, overlap=Overlap.REPLACE, retry=Retry(2, HOUR, limit=HOUR)), ledger=ledger)
    stage.start()
    stage.pass_time(10 * MINUTE)
    stage.end("ingest", code=1)
    stage.pass_time(10 * MINUTE)
    assert stage.outcomes("ingest") == ["cancelled", "claimed"]
    stage.pass_time(50 * MINUTE - 1)
    assert stage.rows("ingest")[0].attempt == 1


@pytest.mark.parametrize(
    ("overlap", "outcomes"),
    [
        (Overlap.SKIP, ["claimed"]),
        (Overlap.QUEUE, ["claimed", "queued"]),
        (Overlap.ALLOW, ["claimed", "claimed"]),
        (Overlap.REPLACE, ["cancelled", "claimed"]),
    ],
)
def test_a_run_by_hand_meets_the_run_before_as_a_fire_time_does(overlap: Overlap, outcomes: list[str]) -> None:
    stage = Stage(job("ingest", overlap=overlap))
    stage.start()
    stage.trigger("ingest")
    answer = stage.trigger("ingest")
    assert stage.outcomes("ingest") == outcomes
    assert isinstance(answer, dict) == (overlap is not Overlap.SKIP)


@pytest.mark.parametrize(
    ("overlap", "outcomes"),
    [
        (Overlap.SKIP, ["claimed", "skipped", "skipped"]),
        (Overlap.QUEUE, ["claimed", "queued", "queued"]),
        (Overlap.ALLOW, ["claimed", "claimed", "claimed"]),
        (Overlap.REPLACE, ["cancelled", "cancelled", "claimed"]),
    ],
)
def test_an_after_job_meets_its_own_run_before_as_a_fire_time_does(overlap: Overlap, outcomes: list[str]) -> None:
    stage = Stage(job("up", EVERY_TEN), job("next", after={"up": "any"}, overlap=overlap))
    stage.live("up", lasts=SECOND)
    stage.start()
    stage.pass_time(31 * MINUTE)
    assert stage.outcomes("next") == outcomes


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.integers(1, 45), st.sampled_from([Overlap.QUEUE, Overlap.ALLOW]), st.integers(10, 240))
def test_every_fire_time_runs_when_a_naive_model_says(lasts: int, overlap: Overlap, minutes: int) -> None:
    """Undisturbed, each run of a queue starts when the one before has ended, and with `allow` at its fire time."""
    stage = Stage(job("ingest", EVERY_TEN, overlap=overlap))
    stage.live("ingest", lasts=lasts * MINUTE + 7 * SECOND)
    stage.start()
    stage.pass_time(minutes * MINUTE)
    free, starts = WALL, []
    for fire_time in range(WALL + 10 * MINUTE, stage.clock.wall + 1, 10 * MINUTE):
        start = fire_time if overlap is Overlap.ALLOW else max(fire_time, free)
        starts.append(start)
        free = start + lasts * MINUTE + 7 * SECOND
    begun = [start for start in starts if start <= stage.clock.wall]
    assert [row.claimed for row in stage.rows("ingest") if row.claimed is not None] == begun
    assert len(stage.rows("ingest")) == len(starts)
