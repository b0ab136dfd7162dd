"""Jobs that run when a service comes to a state."""

import pytest

from sexton.model.job import OnService, Overlap
from sexton.model.ledger import Queued
from sexton.model.service import Budget, ServiceState
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job, service

FATAL = OnService("db", ServiceState.FATAL)
DB = service("db", budget=Budget(1, HOUR), group="stores")


def staged(ledger: Ledger | None = None, on: OnService = FATAL, overlap: Overlap = Overlap.SKIP) -> Stage:
    stage = Stage(job("alarm", on=on, overlap=overlap), job("bystander"), services=(DB,), ledger=ledger)
    stage.live("alarm", lasts=SECOND)
    return stage


def broken(stage: Stage) -> Stage:
    """Its database fails until Sexton gives it up."""
    stage.live("db", lasts=MINUTE // 1000, code=1)
    stage.start()
    stage.pass_time(MINUTE)
    assert stage.states() == {"db": "fatal"}
    return stage


@pytest.mark.parametrize("name", ["db", "stores"])
def test_a_job_runs_when_its_service_or_group_comes_to_the_state(ledger: Ledger, name: str) -> None:
    stage = broken(staged(ledger, OnService(name, ServiceState.FATAL)))
    (row,) = stage.rows()
    assert (row.job, row.outcome) == ("alarm", "succeeded")
    assert row.slot.startswith("event:db:fatal:2026-11-22T")
    env = next(env for env in stage.spawner.started if env.get("SEXTON_JOB") == "alarm")
    assert (env["SEXTON_EVENT_SERVICE"], env["SEXTON_EVENT_STATE"]) == ("db", "fatal")


def test_nothing_runs_for_other_states() -> None:
    assert broken(staged(on=OnService("db", ServiceState.EXITED))).rows() == []


def test_each_arrival_in_the_state_runs_the_job_once() -> None:
    stage = broken(staged())
    for _ in range(2):
        stage.steer("db", "start")
        stage.pass_time(MINUTE)
    assert stage.outcomes("alarm") == ["succeeded"] * 3


def test_a_busy_job_is_skipped_with_a_row(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.live("alarm")
    broken(stage)
    stage.steer("db", "start")
    stage.pass_time(MINUTE)
    assert stage.outcomes("alarm") == ["claimed", "skipped"]


def test_a_queued_run_survives_a_crash_with_what_called_for_it(ledger: Ledger) -> None:
    stage = staged(ledger, overlap=Overlap.QUEUE)
    stage.live("alarm")
    broken(stage)
    stage.steer("db", "start")
    stage.pass_time(MINUTE)
    assert stage.outcomes("alarm") == ["claimed", "queued"]
    stage.live("db")
    stage.start()
    stage.pass_time(MINUTE)
    assert stage.outcomes("alarm") == ["lost", "claimed"]
    assert stage.spawner.started[-1]["SEXTON_EVENT_STATE"] == "fatal"


def test_stopping_sexton_calls_for_nothing() -> None:
    stage = staged(on=OnService("db", ServiceState.STOPPED))
    stage.live("db")
    stage.start()
    stage.pass_time(MINUTE)
    stage.stop()
    assert (stage.finished, stage.rows()) == (1, [])


def test_a_reload_changes_what_is_reacted_to() -> None:
    stage = staged(on=OnService("db", ServiceState.EXITED))
    stage.live("db")
    stage.start()
    stage.pass_time(MINUTE)
    stage.reload(job("alarm", on=OnService("db", ServiceState.STOPPED)), services=(DB,))
    stage.steer("db", "stop")
    stage.pass_time(MINUTE)
    assert stage.outcomes("alarm") == ["succeeded"]


def test_a_refused_row_is_said_and_nothing_starts() -> None:
    stage = staged()
    stage.store.failing = lambda change: isinstance(change, Queued)
    broken(stage)
    assert stage.rows() == []
    assert any("cannot record event:db:fatal:" in str(said) for said in stage.logs.said)
