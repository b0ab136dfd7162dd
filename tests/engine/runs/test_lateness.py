"""Late jobs: found at the deadline, ended by a success, and remembered over restarts."""

from typing import Any

import pytest

from sexton.engine.answers.health import health_of
from sexton.model.job import Job, Overlap
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job

HOURLY = "0 * * * *"


def ingest(**keys: Any) -> Job:
    return job("ingest", HOURLY, late_after=10 * MINUTE, **keys)


def late(stage: Stage) -> str | None:
    answers: list[Any] = []
    stage.control.job("ingest", answers.append)
    found: str | None = answers[0]["late"]
    (check,) = [check for check in health_of(stage.engine).checks if check.name == "job:ingest"]
    assert ("late" in check.output) == (found is not None)
    return found


def restarted(stage: Stage, length: int = 0) -> None:
    stage.stop()
    stage.clock.advance(length)
    stage.start()


def test_a_job_is_late_at_the_deadline_and_not_before(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    stage.pass_time(HOUR + 10 * MINUTE - 1)
    assert late(stage) is None
    stage.pass_time(1)
    assert late(stage) == "2026-11-22T09:00:00Z"
    assert stage.logs.errors() == ["ingest: late: no run has succeeded within 10m after 2026-11-22T09:00:00Z"]


def test_a_late_job_is_said_to_be_so_once_and_recovers_with_its_next_success(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    stage.pass_time(5 * HOUR)
    assert len(stage.logs.errors()) == 1
    stage.end("ingest")
    assert late(stage) is None
    assert ("info", "ingest: no longer late") in stage.logs.said
    stage.pass_time(HOUR + 9 * MINUTE)
    assert late(stage) is None
    stage.pass_time(MINUTE)
    assert late(stage) == "2026-11-22T14:00:00Z"


def test_a_job_that_succeeds_in_time_is_never_late() -> None:
    stage = Stage(ingest())
    stage.live("ingest", lasts=9 * MINUTE)
    stage.start()
    stage.pass_time(2 * DAY)
    assert stage.logs.errors() == []


def test_a_failure_is_no_success() -> None:
    stage = Stage(ingest())
    stage.live("ingest", lasts=MINUTE, code=1)
    stage.start()
    stage.pass_time(HOUR + 10 * MINUTE)
    assert late(stage) == "2026-11-22T09:00:00Z"


def test_a_success_by_hand_counts_too() -> None:
    stage = Stage(ingest(overlap=Overlap.ALLOW))
    stage.start()
    stage.pass_time(HOUR)
    stage.live("ingest", lasts=SECOND)
    stage.trigger("ingest")
    stage.pass_time(30 * MINUTE)
    assert late(stage) is None


@pytest.mark.parametrize("down", [0, 30 * MINUTE])
def test_what_is_owed_is_remembered_over_a_restart(ledger: Ledger, down: int) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.live("ingest", lasts=MINUTE)
    stage.start()
    stage.pass_time(HOUR + 5 * MINUTE)
    stage.live("ingest")
    stage.pass_time(20 * MINUTE)
    restarted(stage, down)
    stage.pass_time(45 * MINUTE - down - 1)
    assert late(stage) is None
    stage.pass_time(1)
    assert late(stage) == "2026-11-22T10:00:00Z"
    restarted(stage)
    assert late(stage) == "2026-11-22T10:00:00Z"


def test_a_job_is_late_at_once_when_the_deadline_passed_while_sexton_was_away() -> None:
    stage = Stage(ingest())
    stage.start()
    restarted(stage, 3 * HOUR)
    assert late(stage) == "2026-11-22T09:00:00Z"
    stage.end("ingest")
    assert late(stage) is None


def test_a_job_owes_nothing_from_before_it_was_known_or_changed(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    stage.pass_time(90 * MINUTE)
    assert late(stage) is not None
    stage.reload(job("ingest", "30 * * * *", late_after=10 * MINUTE))
    assert late(stage) is None
    stage.pass_time(HOUR + 10 * MINUTE)
    assert late(stage) == "2026-11-22T10:30:00Z"


def test_nothing_is_late_any_more_when_the_key_goes() -> None:
    stage = Stage(ingest())
    stage.start()
    stage.pass_time(90 * MINUTE)
    stage.reload(job("ingest", HOURLY))
    assert late(stage) is None


def test_a_paused_job_is_not_late_and_owes_from_when_it_is_resumed(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    stage.control.pause("ingest", True, lambda answer: None)
    stage.pass_time(5 * HOUR + 30 * MINUTE)
    assert late(stage) is None
    stage.control.pause("ingest", False, lambda answer: None)
    stage.pass_time(MINUTE)
    restarted(stage)
    stage.pass_time(38 * MINUTE)
    assert late(stage) is None
    stage.pass_time(MINUTE)
    assert late(stage) == "2026-11-22T14:00:00Z"


def test_nothing_of_it_is_loaded_when_no_job_asks_for_it() -> None:
    stage = Stage(job("ingest", HOURLY))
    stage.live("ingest", lasts=SECOND)
    stage.start()
    stage.pass_time(2 * HOUR)
    assert "_lateness" not in vars(stage.engine)
