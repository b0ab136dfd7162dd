"""Draining: nothing new starts, what goes ends, and nothing that fell due meanwhile is lost."""

from typing import Any

from sexton.model.errors import Refused
from sexton.model.job import Retry
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job


def drain(stage: Stage, *, off: bool = False) -> Any:
    answers: list[Any] = []
    stage.control.drain(off, answers.append)
    stage.loop.advance(0)
    return answers[0]


def ready(stage: Stage) -> bool:
    return all(check.output == "" for check in stage.control.health().ready)


def test_nothing_new_starts_and_what_goes_may_end(ledger: Ledger) -> None:
    stage = Stage(job("hourly", "0 * * * *"), job("next", after={"hourly": "any"}), job("other"), ledger=ledger)
    stage.start()
    stage.pass_time(HOUR)
    told: list[dict[str, Any]] = []
    stage.control.follow_drain(lambda: told.append(dict(stage.control.draining())))
    assert drain(stage) == {"draining": True, "running": 1}
    assert not ready(stage)
    stage.pass_time(3 * HOUR)
    assert (stage.started(), told) == (["hourly"], [])
    stage.end("hourly")
    assert told == [{"draining": True, "running": 0}]
    assert stage.outcomes("next") == ["queued"]
    assert isinstance(stage.trigger("other"), Refused)


def test_what_fell_due_is_found_when_the_drain_is_lifted(ledger: Ledger) -> None:
    stage = Stage(job("hourly", "0 * * * *"), ledger=ledger)
    stage.live("hourly", lasts=SECOND)
    stage.start()
    drain(stage)
    stage.pass_time(3 * HOUR + MINUTE)
    assert stage.rows() == []
    assert drain(stage, off=True) == {"draining": False, "running": 0}
    stage.pass_time(HOUR)
    assert stage.outcomes("hourly") == ["missed", "succeeded", "succeeded"]
    assert ready(stage)


def test_a_drain_is_forgotten_at_the_next_start(ledger: Ledger) -> None:
    stage = Stage(job("hourly", "0 * * * *"), job("next", after={"hourly": "any"}), ledger=ledger)
    stage.start()
    stage.pass_time(HOUR)
    drain(stage)
    stage.end("hourly")
    stage.start()
    stage.pass_time(MINUTE)
    assert stage.started() == ["hourly", "next"]
    assert stage.control.info()["draining"] is False


def test_a_further_attempt_waits_until_the_drain_is_lifted(ledger: Ledger) -> None:
    stage = Stage(job("ingest", retry=Retry(2, MINUTE)), ledger=ledger)
    stage.start()
    stage.trigger("ingest")
    drain(stage)
    stage.end("ingest", 1)
    stage.pass_time(HOUR)
    assert len(stage.spawner.started) == 1
    drain(stage, off=True)
    assert len(stage.spawner.started) == 2


def test_a_job_that_a_reload_takes_out_during_a_drain_does_not_come_back() -> None:
    stage = Stage(job("a", "0 * * * *"), job("b", "0 * * * *"))
    stage.start()
    stage.pass_time(HOUR)
    drain(stage)
    stage.end("a")
    stage.end("b")
    stage.reload(job("b", "0 * * * *"))
    drain(stage, off=True)
    stage.pass_time(2 * HOUR)
    assert stage.started("a") == ["2026-11-22T09:00:00Z"]
    assert len(stage.started("b")) == 2


def test_stopping_ends_a_drain_that_is_waited_for() -> None:
    stage = Stage(job("a"))
    stage.start()
    stage.trigger("a")
    drain(stage)
    stage.stop()
    assert stage.finished == 1
    assert isinstance(drain(stage, off=True), Refused)
