"""Runs that no fire time calls for."""

import pytest

from sexton.model.errors import Refused, StoreError
from sexton.model.ledger import Cancelled, Claim, Claimed, Prune, Queued
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job
from tests.fakes import WALL

# At start


def test_an_at_start_job_runs_once_at_each_start(ledger: Ledger) -> None:
    stage = Stage(job("warm-up", "@reboot"), ledger=ledger)
    stage.live("warm-up", lasts=SECOND)
    for _ in range(2):
        stage.start()
        stage.pass_time(HOUR)
    assert [(row.slot, row.outcome) for row in stage.rows()] == [
        ("start:start1", "succeeded"), ("start:start2", "succeeded")
    ]  # fmt: skip


def test_an_at_start_job_is_claimed_later_when_the_store_fails() -> None:
    stage = Stage(job("warm-up", "@reboot"))
    stage.store.failing = lambda change: isinstance(change, Claim)
    stage.start()
    stage.pass_time(MINUTE)
    assert stage.started() == []
    stage.store.failing = lambda change: False
    stage.pass_time(5 * SECOND)
    assert stage.started() == ["warm-up"]


# After other runs


@pytest.mark.parametrize(
    ("word", "code", "follows"),
    [
        ("succeeded", 0, True),
        ("succeeded", 1, False),
        ("failed", 0, False),
        ("failed", 1, True),
        ("any", 0, True),
        ("any", 1, True),
        ("timeout", 1, False),
    ],
)
def test_an_after_job_follows_the_outcomes_it_names(ledger: Ledger, word: str, code: int, follows: bool) -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": word}), ledger=ledger)
    stage.start()
    stage.trigger("ingest")
    stage.end("ingest", code)
    assert [row.slot for row in stage.rows("mail")] == (["after:1"] if follows else [])
    assert len(stage.spawner.pids("mail")) == follows


@pytest.mark.parametrize(("word", "follows"), [("failed", True), ("timeout", True), ("any", True), ("lost", False)])
def test_an_after_job_follows_a_timeout_when_it_names_it(word: str, follows: bool) -> None:
    stage = Stage(job("ingest", timeout=MINUTE), job("mail", after={"ingest": word}))
    stage.start()
    stage.trigger("ingest")
    stage.pass_time(MINUTE)
    assert bool(stage.rows("mail")) == follows


@pytest.mark.parametrize(("word", "follows"), [("cancelled", True), ("any", True), ("failed", False)])
def test_an_after_job_follows_a_cancelled_run_when_it_names_it(word: str, follows: bool) -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": word}))
    stage.start()
    stage.trigger("ingest")
    stage.cancel(1)
    assert bool(stage.rows("mail")) == follows


def test_an_after_job_is_told_of_its_upstream_and_has_its_fire_time() -> None:
    stage = Stage(job("ingest", "0 9 * * *"), job("mail", after={"ingest": "any"}))
    stage.start()
    stage.pass_time(HOUR)
    stage.end("ingest", 1)
    env = stage.spawner.started[-1]
    assert {name: env[name] for name in env if "UPSTREAM" in name} == {
        "SEXTON_UPSTREAM_JOB": "ingest",
        "SEXTON_UPSTREAM_RUN_ID": "1",
        "SEXTON_UPSTREAM_OUTCOME": "failed",
        "SEXTON_UPSTREAM_LOG": "/logs/ingest/20261122T090000Z-1",
    }
    assert env["SEXTON_FIRE_TIME"] == "2026-11-22T09:00:00Z"
    assert stage.rows("mail")[0].fire_time == WALL + HOUR


def test_an_after_job_is_skipped_with_a_row_when_it_is_busy(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": "any"}), ledger=ledger)
    stage.start()
    for _ in range(2):
        stage.trigger("ingest")
        stage.end("ingest")
    assert stage.outcomes("mail") == ["claimed", "skipped"]
    assert stage.rows("mail")[1].slot == "after:3"
    assert len(stage.spawner.pids("mail")) == 1


def test_a_queued_after_job_starts_later_when_its_claim_fails(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": "any"}), ledger=ledger)
    stage.start()
    stage.trigger("ingest")
    stage.store.failing = lambda change: isinstance(change, Claim)
    stage.end("ingest")
    stage.pass_time(MINUTE)
    assert stage.outcomes("mail") == ["queued"]
    stage.store.failing = lambda change: False
    stage.pass_time(5 * SECOND)
    assert stage.outcomes("mail") == ["claimed"]


def test_a_chain_runs_to_its_end() -> None:
    chain = [job("a"), job("b", after={"a": "succeeded"}), job("c", after={"b": "succeeded"})]
    stage = Stage(*chain)
    for each in chain:
        stage.live(each.name, lasts=SECOND)
    stage.start()
    stage.trigger("a")
    stage.pass_time(MINUTE)
    assert stage.started() == ["a", "b", "c"]


# By hand


def test_a_person_gets_the_view_of_the_run_once_it_is_claimed(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), ledger=ledger)
    stage.start()
    stage.store.hold()
    answers: list[object] = []
    stage.control.trigger("ingest", answers.append)
    stage.loop.settle()
    assert answers == []
    stage.store.release()
    stage.loop.settle()
    (view,) = answers
    assert isinstance(view, dict)
    assert (view["id"], view["kind"], view["state"]) == (1, "manual", "running")


def test_a_person_is_refused_when_the_job_is_busy() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.trigger("ingest")
    refused = stage.trigger("ingest")
    assert isinstance(refused, Refused)
    assert (refused.kind, "run 1 is going" in str(refused)) == ("conflict", True)
    assert len(stage.rows()) == 1


def test_a_persons_run_is_queued_durably_when_there_is_no_room(ledger: Ledger) -> None:
    stage = Stage(job("long"), job("ingest"), ledger=ledger, max_parallel=1)
    stage.start()
    stage.trigger("long")
    view = stage.trigger("ingest")
    assert (view["state"], stage.outcomes("ingest")) == ("queued", ["queued"])
    stage.end("long")
    assert stage.outcomes("ingest") == ["claimed"]


def test_a_persons_run_that_cannot_be_queued_is_answered_with_the_error() -> None:
    stage = Stage(job("long"), job("ingest"), max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.store.failing = lambda change: isinstance(change, Queued)
    assert isinstance(stage.trigger("ingest"), StoreError)
    assert stage.engine.room.waiting == 0


# Left queued


def left_queued(stage: Stage) -> None:
    """Sexton dies with `mail` queued after run 1 of `ingest`."""
    stage.start()
    stage.trigger("ingest")
    stage.store.failing = lambda change: isinstance(change, Claim)
    stage.end("ingest")
    stage.store.failing = lambda change: False
    assert stage.outcomes("mail") == ["queued"]


def test_a_queued_run_starts_when_sexton_is_back(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": "any"}), ledger=ledger)
    left_queued(stage)
    stage.start()
    assert stage.outcomes("mail") == ["claimed"]
    assert stage.spawner.started[-1]["SEXTON_UPSTREAM_RUN_ID"] == "1"
    assert stage.spawner.started[-1]["SEXTON_UPSTREAM_OUTCOME"] == "succeeded"


def test_a_queued_run_starts_without_upstream_when_that_has_left_history() -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": "any"}))
    left_queued(stage)
    stage.clock.advance(365 * 24 * HOUR)
    stage.store.ledger.do(Prune(stage.clock.wall))
    stage.start()
    assert stage.outcomes("mail") == ["claimed"]
    assert "SEXTON_UPSTREAM_RUN_ID" not in stage.spawner.started[-1]


def test_a_queued_run_is_cancelled_when_its_job_has_gone(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": "any"}), ledger=ledger)
    left_queued(stage)
    stage.change(job("ingest"))
    stage.start()
    (row,) = stage.rows("mail")
    assert (row.outcome, row.reason) == ("cancelled", "the job is no longer in the plan")


def test_a_persons_queued_run_starts_when_sexton_is_back() -> None:
    stage = Stage(job("long"), job("ingest"), max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.trigger("ingest")
    stage.spawner.alive.clear()
    stage.start()
    assert stage.outcomes("ingest") == ["claimed"]


def test_a_queued_run_is_claimed_only_once() -> None:
    stage = Stage(job("long"), job("ingest"), max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.trigger("ingest")
    stage.end("long")
    stage.end("ingest")
    claims = [change for change in stage.store.done if isinstance(change, Claim) and change.job == "ingest"]
    assert len(claims) == 1
    assert stage.outcomes("ingest") == ["succeeded"]


def test_a_queued_run_still_starts_when_its_cancellation_could_not_be_recorded() -> None:
    stage = Stage(job("long"), job("ingest"), max_parallel=1)
    stage.start()
    stage.trigger("long")
    run_id = stage.trigger("ingest")["id"]
    stage.store.failing = lambda change: isinstance(change, Cancelled)
    assert isinstance(stage.cancel(run_id), StoreError)
    stage.end("long")
    assert stage.outcomes("ingest") == ["claimed"]


def test_a_slot_that_another_claimed_meanwhile_is_let_go() -> None:
    stage = Stage(job("long"), job("ingest"), max_parallel=1)
    stage.start()
    stage.trigger("long")
    slot = stage.trigger("ingest")["slot"]
    assert isinstance(stage.store.ledger.do(Claim("ingest", slot, "another", None, WALL)), Claimed)
    stage.end("long")
    assert stage.started() == ["long"]
    assert stage.engine.room.waiting == 0
