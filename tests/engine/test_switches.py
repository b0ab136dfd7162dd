"""Paused jobs and disabled services."""

from typing import Any

import pytest

from sexton.model.errors import Refused, StoreError
from sexton.model.job import CatchUp
from sexton.model.ledger import Switch
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.stage import Stage, job


def pause(stage: Stage, name: str, off: bool = True) -> Any:
    answers: list[Any] = []
    stage.control.pause(name, off, answers.append)
    stage.loop.advance(0)
    return answers[0]


def drain(stage: Stage, off: bool = False) -> None:
    stage.control.drain(off, lambda answer: None)
    stage.loop.advance(0)


def test_what_is_due_while_a_job_is_paused_is_recorded_as_skipped() -> None:
    stage = Stage(job("tick", "@every 1m"))
    stage.live("tick", lasts=SECOND)
    stage.start()
    assert pause(stage, "tick")["paused"] is True
    stage.pass_time(2 * MINUTE)
    assert [(row.outcome, row.reason) for row in stage.rows("tick")] == [("skipped", "the job is paused")] * 2
    assert pause(stage, "tick", off=False)["paused"] is False
    stage.pass_time(MINUTE + SECOND)
    assert stage.outcomes("tick") == ["skipped", "skipped", "succeeded"]


@pytest.mark.parametrize("catch_up", CatchUp)
def test_what_passes_while_a_job_is_paused_is_skipped_also_when_sexton_is_down(catch_up: CatchUp) -> None:
    stage = Stage(job("tick", "0 * * * *", catch_up=catch_up))
    stage.start()
    pause(stage, "tick")
    stage.stop()
    stage.clock.advance(7 * HOUR + MINUTE)
    stage.start()
    rows = stage.rows("tick")
    assert {(row.outcome, row.reason) for row in rows} == {("skipped", "the job is paused")}
    assert sum(row.number for row in rows) == 7


def test_what_passes_while_a_job_is_paused_is_skipped_also_when_sexton_drains() -> None:
    stage = Stage(job("tick", "0 * * * *"))
    stage.start()
    pause(stage, "tick")
    drain(stage)
    stage.pass_time(7 * HOUR + MINUTE)
    assert stage.rows("tick") == []
    drain(stage, off=True)
    rows = stage.rows("tick")
    assert {(row.outcome, row.reason) for row in rows} == {("skipped", "the job is paused")}
    assert sum(row.number for row in rows) == 7


def test_a_paused_job_may_be_run_by_hand() -> None:
    stage = Stage(job("tick", "@every 1m"))
    stage.start()
    pause(stage, "tick")
    stage.trigger("tick")
    assert stage.outcomes("tick") == ["claimed"]


def test_nothing_is_switched_when_it_cannot_be_remembered() -> None:
    stage = Stage(job("tick", "@every 1m"))
    stage.start()
    stage.store.failing = lambda change: isinstance(change, Switch)
    assert isinstance(pause(stage, "tick"), StoreError)
    assert stage.world.off == set()


def test_a_job_that_is_not_there_cannot_be_paused() -> None:
    stage = Stage()
    stage.start()
    assert isinstance(pause(stage, "tick"), Refused)
