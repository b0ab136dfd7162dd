"""Runs that a person asks for: for another fire time, with more in their environment, once per key."""

from typing import Any

import pytest

from sexton.model.errors import Refused
from sexton.model.job import OnLost, Overlap, Retry
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job

AT = "2026-11-21T08:00:00Z"


def conflict(answer: Any) -> str:
    assert isinstance(answer, Refused)
    assert answer.kind == "conflict"
    return str(answer)


def test_a_run_for_a_fire_time_starts_now_and_stands_for_that(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 8 * * *"), ledger=ledger)
    stage.start()
    run = stage.trigger("ingest", at=AT)
    assert (run["slot"], run["fire_time"], run["kind"]) == (AT, AT, "schedule")
    env = stage.spawner.started[-1]
    assert (env["SEXTON_FIRE_TIME"], env["SEXTON_INTERVAL_START"]) == (AT, "2026-11-20T08:00:00Z")


def test_a_fire_time_that_has_its_run_is_refused_naming_that(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 9 * * *"), ledger=ledger)
    stage.live("ingest", lasts=SECOND)
    stage.start()
    stage.pass_time(2 * HOUR)
    refused = conflict(stage.trigger("ingest", at="2026-11-22T09:00"))
    assert refused == "2026-11-22T09:00:00Z of ingest has run 1 already (succeeded)"
    assert len(stage.rows()) == 1


def test_a_fire_time_to_come_does_not_run_again_when_it_has_come(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 9 * * *"), ledger=ledger)
    stage.live("ingest", lasts=SECOND)
    stage.start()
    stage.trigger("ingest", at="2026-11-22T09:00")
    stage.pass_time(DAY)
    assert stage.started("ingest") == ["2026-11-22T09:00:00Z"]
    stage.pass_time(2 * HOUR)
    assert stage.started("ingest")[1:] == ["2026-11-23T09:00:00Z"]


def test_two_requests_for_one_fire_time_at_the_same_moment_start_one_run() -> None:
    stage = Stage(job("ingest", overlap=Overlap.ALLOW))
    stage.start()
    answers: list[Any] = []
    for _ in range(2):
        stage.control.trigger("ingest", answers.append, at=AT)
    stage.loop.advance(0)
    assert len(stage.started()) == 1
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]


@pytest.mark.parametrize("ended", [False, True])
def test_the_same_key_leads_to_the_same_run(ledger: Ledger, ended: bool) -> None:
    stage = Stage(job("ingest"), ledger=ledger)
    stage.start()
    first = stage.trigger("ingest", key="order-17")
    if ended:
        stage.end("ingest")
    again = stage.trigger("ingest", key="order-17")
    assert (first["slot"], again["id"], len(stage.rows())) == ("manual:order-17", first["id"], 1)
    assert again["outcome"] == ("succeeded" if ended else None)


def test_a_key_is_remembered_over_a_restart(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), ledger=ledger)
    stage.start()
    stage.trigger("ingest", key="order-17")
    stage.start()
    stage.pass_time(MINUTE)
    assert stage.trigger("ingest", key="order-17")["outcome"] == "lost"
    assert len(stage.rows()) == 1


def test_variables_reach_every_attempt_whatever_happens_between(ledger: Ledger) -> None:
    """Queued for room, killed, tried again, lost and run once more."""
    stage = Stage(
        job("first"),
        job("ingest", retry=Retry(2, HOUR), on_lost=OnLost.RERUN, overlap=Overlap.QUEUE),
        ledger=ledger, max_parallel=1,
    )  # fmt: skip
    stage.start()
    stage.trigger("first")
    run = stage.trigger("ingest", env='{"DAY": "today"}')
    assert (run["state"], run["env"]) == ("queued", ["DAY"])
    stage.start()
    stage.pass_time(MINUTE)
    stage.end("ingest", 1)
    stage.start()
    stage.pass_time(2 * HOUR)
    stage.start()
    stage.pass_time(MINUTE)
    given = [env.get("DAY") for env in stage.spawner.started if env["SEXTON_JOB"] == "ingest"]
    assert given == ["today"] * 3
    assert [row.slot for row in stage.rows("ingest")][1:] == ["rerun:2"]


def test_what_cannot_be_is_refused_and_starts_nothing() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    answer = stage.trigger("ingest", at="yesterday")
    assert isinstance(answer, Refused)
    assert answer.kind == "invalid"
    assert stage.rows() == []
