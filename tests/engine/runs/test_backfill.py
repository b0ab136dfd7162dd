"""Past fire times by hand: they wait behind what comes in time, and never keep it from running."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.model.errors import Refused
from sexton.model.job import Overlap, Retry
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job

PAST = [f"2026-11-{day:02}T09:00:00Z" for day in range(1, 20)]
NINE = "2026-11-22T09:00:00Z"


def backfill(stage: Stage, at: str, **keys: Any) -> Any:
    answers: list[Any] = []
    stage.control.backfill("ingest", answers.append, at=at, **keys)
    stage.loop.advance(0)
    return answers[0] if answers else None


def staged(ledger: Ledger | None = None, **keys: Any) -> Stage:
    stage = Stage(job("ingest", "0 9 * * *", **keys), ledger=ledger)
    stage.start()
    return stage


@pytest.mark.parametrize("overlap", [Overlap.SKIP, Overlap.QUEUE, Overlap.REPLACE])
def test_a_fire_time_that_comes_meanwhile_waits_and_goes_first(ledger: Ledger, overlap: Overlap) -> None:
    stage = staged(ledger, overlap=overlap)
    for at in PAST[:3]:
        assert backfill(stage, at)["kind"] == "schedule"
    assert stage.started("ingest") == PAST[:3]
    stage.pass_time(HOUR)
    backfill(stage, PAST[3])
    assert stage.started("ingest") == PAST[:3]
    for _ in range(3):
        stage.end("ingest")
    assert stage.started("ingest") == [*PAST[:3], NINE]
    stage.end("ingest")
    assert stage.started("ingest") == [*PAST[:3], NINE, PAST[3]]


def test_past_fire_times_wait_while_a_run_goes_or_pauses(ledger: Ledger) -> None:
    stage = staged(ledger, retry=Retry(2, MINUTE))
    stage.pass_time(HOUR)
    backfill(stage, PAST[0])
    stage.end("ingest", 1)
    assert stage.started("ingest") == [NINE]
    stage.pass_time(MINUTE)
    assert stage.started("ingest") == [NINE] * 2
    stage.end("ingest")
    assert stage.started("ingest") == [NINE, NINE, PAST[0]]


def test_a_past_fire_time_waits_for_room_behind_other_jobs() -> None:
    stage = Stage(job("busy"), job("ingest", "0 9 * * *", priority=9), job("other"), max_parallel=1)
    stage.start()
    stage.trigger("busy")
    backfill(stage, PAST[0])
    stage.trigger("other")
    stage.end("busy")
    stage.end("other")
    assert stage.started() == ["busy", "other", "ingest"]


def test_a_fire_time_goes_ahead_of_its_jobs_backfill_in_the_line_for_room() -> None:
    stage = Stage(job("busy"), job("ingest", "0 9 * * *", priority=9), job("other"), max_parallel=1)
    stage.start()
    stage.trigger("busy")
    backfill(stage, PAST[0])
    stage.trigger("other")
    stage.pass_time(HOUR)
    stage.end("busy")
    assert stage.started() == ["busy", "ingest"]
    assert stage.started("ingest") == [NINE]
    stage.end("ingest")
    assert stage.started() == ["busy", "ingest", "other"]


def test_what_has_its_run_is_refused_and_run_again_when_told_so(ledger: Ledger) -> None:
    stage = staged(ledger)
    backfill(stage, PAST[0])
    assert isinstance(backfill(stage, PAST[0], reprocess="all"), Refused)
    stage.end("ingest", 1)
    refused = backfill(stage, PAST[0])
    assert str(refused) == f"{PAST[0]} of ingest has run 1 already (failed)"
    again = backfill(stage, PAST[0], reprocess="failed")
    assert (again["slot"], again["fire_time"], again["kind"]) == (f"{PAST[0]}#2", PAST[0], "schedule")
    stage.end("ingest")
    assert isinstance(backfill(stage, PAST[0], reprocess="failed"), Refused)
    assert [row.outcome for row in stage.rows()] == ["failed", "succeeded"]


def test_a_dry_run_queues_nothing(ledger: Ledger) -> None:
    stage = staged(ledger)
    assert backfill(stage, PAST[0], dry=True) == {"slot": PAST[0]}
    assert stage.rows() == []


def test_a_fire_time_to_come_is_refused() -> None:
    assert isinstance(backfill(staged(), "2026-11-23T09:00"), Refused)


def test_after_jobs_of_past_fire_times_run_for_each_of_them(ledger: Ledger) -> None:
    """None is skipped, however close they come, and they wait behind what comes in time."""
    stage = Stage(job("ingest", "0 9 * * *"), job("mail", after={"ingest": "any"}), ledger=ledger)
    stage.start()
    for at in PAST[:3]:
        backfill(stage, at)
    for _ in range(3):
        stage.end("ingest")
    stage.live("mail", lasts=SECOND)
    stage.pass_time(HOUR)
    assert sorted(set(stage.started("mail"))) == PAST[:3]
    assert "skipped" not in stage.outcomes("mail")


def test_what_is_queued_goes_on_as_a_backfill_after_a_crash(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.pass_time(HOUR)
    for at in PAST[:2]:
        backfill(stage, at)
    stage.start()
    stage.pass_time(SECOND)
    assert stage.outcomes("ingest") == ["lost", "claimed", "claimed"]
    assert stage.started("ingest")[1:] == PAST[:2]
    stage.pass_time(24 * HOUR)
    assert stage.outcomes("ingest")[3:] == []
    stage.end("ingest")
    stage.end("ingest")
    assert stage.started("ingest")[-1] == "2026-11-23T09:00:00Z"


STEPS = st.lists(st.sampled_from(["ask", "ask", "end", "fail", "day", "crash", "again"]), max_size=25)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(STEPS)
def test_runs_in_time_never_meet_those_of_a_backfill_nor_are_skipped_for_them(steps: list[str]) -> None:
    stage = staged()
    asked = iter(PAST)
    days = 0
    for step in steps:
        if step in ("ask", "again"):
            backfill(stage, next(asked) if step == "ask" else PAST[0], reprocess="failed")
        elif step == "day":
            days += 1
            stage.loop.advance(24 * HOUR)
        elif step == "crash":
            stage.start()
            stage.pass_time(SECOND)
        elif stage.spawner.pids("ingest"):
            stage.end("ingest", 1 if step == "fail" else 0)
        going = [run.wanted.backfill for run in stage.world.jobs["ingest"].going]
        assert going.count(False) <= 1
        assert len(set(going)) <= 1
    while stage.spawner.pids("ingest"):
        stage.end("ingest")
    rows = stage.rows("ingest")
    assert all(row.state == "ended" for row in rows)
    live = [row for row in rows if not row.backfill]
    assert sum(row.number for row in live) == days
    asked_for = [row for row in rows if row.backfill]
    assert all(row.outcome in ("succeeded", "failed", "lost") for row in asked_for)
