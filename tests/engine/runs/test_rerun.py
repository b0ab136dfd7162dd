"""Runs that the end of Sexton cut off: reported, or run once more; and jobs whose failure is the end of everything."""

import pytest

from sexton.model.job import OnLost, Overlap, Retry
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job


def cut_off(stage: Stage, *, crash: bool = True) -> None:
    """Sexton ends while things go, by a crash or a stop, and is there again a minute later."""
    if crash:
        stage.spawner.alive.clear()
    else:
        stage.stop()
    stage.clock.advance(MINUTE)
    stage.start()


def test_a_lost_run_runs_once_more_and_names_the_one_it_stands_for(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 * * * *", on_lost=OnLost.RERUN), ledger=ledger)
    stage.start()
    stage.pass_time(HOUR)
    cut_off(stage)
    stage.end("ingest")
    (lost, again) = stage.rows("ingest")
    assert (lost.outcome, again.outcome, again.slot) == ("lost", "succeeded", "rerun:1")
    assert again.fire_time == lost.fire_time
    (before, after) = stage.spawner.started
    for name in ("SEXTON_FIRE_TIME", "SEXTON_INTERVAL_START", "SEXTON_INTERVAL_END"):
        assert after[name] == before[name]
    cut_off(stage)
    assert len(stage.rows("ingest")) == 2


def test_a_rerun_that_is_lost_again_is_not_run_a_third_time(ledger: Ledger) -> None:
    stage = Stage(job("ingest", on_lost=OnLost.RERUN), ledger=ledger)
    stage.start()
    stage.trigger("ingest")
    cut_off(stage)
    cut_off(stage)
    cut_off(stage)
    assert stage.outcomes("ingest") == ["lost", "lost"]


def test_a_run_that_a_stop_ended_runs_again_as_often_as_that_happens(ledger: Ledger) -> None:
    stage = Stage(job("ingest", on_lost=OnLost.RERUN), ledger=ledger)
    stage.start()
    stage.trigger("ingest")
    cut_off(stage, crash=False)
    cut_off(stage, crash=False)
    stage.end("ingest")
    assert stage.outcomes("ingest") == ["cancelled", "cancelled", "succeeded"]
    assert [row.slot for row in stage.rows("ingest")][1:] == ["rerun:1", "rerun:2"]


def test_a_run_that_a_person_cancelled_is_not_run_again() -> None:
    stage = Stage(job("ingest", on_lost=OnLost.RERUN))
    stage.start()
    stage.trigger("ingest")
    stage.cancel(1)
    cut_off(stage)
    assert stage.outcomes("ingest") == ["cancelled"]


@pytest.mark.parametrize("crash", [True, False])
def test_nothing_runs_again_unless_it_was_said(crash: bool) -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.trigger("ingest")
    cut_off(stage, crash=crash)
    assert len(stage.rows("ingest")) == 1


def test_an_after_job_that_runs_again_is_told_of_its_upstream(ledger: Ledger) -> None:
    stage = Stage(job("up"), job("next", after={"up": "succeeded"}, on_lost=OnLost.RERUN), ledger=ledger)
    stage.start()
    stage.trigger("up")
    stage.end("up")
    cut_off(stage, crash=False)
    cut_off(stage, crash=False)
    told = [env["SEXTON_UPSTREAM_RUN_ID"] for env in stage.spawner.started if env["SEXTON_JOB"] == "next"]
    assert told == ["1", "1", "1"]


def test_a_rerun_has_all_its_attempts() -> None:
    stage = Stage(job("ingest", on_lost=OnLost.RERUN, retry=Retry(2, SECOND)))
    stage.start()
    stage.trigger("ingest")
    stage.end("ingest", code=1)
    stage.pass_time(SECOND)
    cut_off(stage)
    assert [env["SEXTON_ATTEMPT"] for env in stage.spawner.started] == ["1", "2", "1"]


@pytest.mark.parametrize("code", [1, 7])
def test_everything_stops_when_a_critical_job_fails(code: int) -> None:
    stage = Stage(job("vital", critical=True), job("other"))
    stage.start()
    stage.trigger("other")
    stage.trigger("vital")
    stage.end("vital", code=code)
    assert (stage.finished, stage.engine.exit_code) == (1, 1)
    assert stage.outcomes("other") == ["cancelled"]


def test_nothing_stops_for_a_critical_job_that_succeeds_is_cancelled_or_has_attempts_left() -> None:
    stage = Stage(job("vital", critical=True, retry=Retry(2, SECOND)))
    stage.start()
    stage.trigger("vital")
    stage.end("vital", code=1)
    assert not stage.engine.shutdown.begun
    stage.pass_time(SECOND)
    stage.end("vital")
    stage.trigger("vital")
    stage.cancel(2)
    assert not stage.engine.shutdown.begun
    stage.trigger("vital")
    stage.end("vital", code=1)
    stage.pass_time(SECOND)
    stage.end("vital", code=1)
    assert (stage.finished, stage.engine.exit_code) == (1, 1)


def test_a_lost_run_of_a_critical_job_does_not_stop_the_new_start() -> None:
    stage = Stage(job("vital", critical=True))
    stage.start()
    stage.trigger("vital")
    cut_off(stage)
    assert (stage.outcomes("vital"), stage.engine.shutdown.begun) == (["lost"], False)


def test_the_rerun_goes_before_the_run_of_the_new_start(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "@reboot", on_lost=OnLost.RERUN), ledger=ledger)
    stage.start()
    cut_off(stage)
    assert [row.slot for row in stage.rows("ingest")] == ["start:start1", "rerun:1"]
    stage.end("ingest")
    assert [row.slot for row in stage.rows("ingest")] == ["start:start1", "rerun:1", "start:start2"]
    stage.end("ingest")
    assert stage.outcomes("ingest") == ["lost", "succeeded", "succeeded"]
    assert len(stage.spawner.started) == 3


@pytest.mark.parametrize("overlap", [Overlap.SKIP, Overlap.QUEUE])
def test_the_rerun_goes_before_a_fire_time_that_passed_meanwhile(ledger: Ledger, overlap: Overlap) -> None:
    stage = Stage(job("ingest", "0 * * * *", on_lost=OnLost.RERUN, overlap=overlap), ledger=ledger)
    stage.start()
    stage.pass_time(HOUR)
    stage.spawner.alive.clear()
    stage.clock.advance(HOUR)
    stage.start()
    assert stage.spawner.started[-1]["SEXTON_FIRE_TIME"] == stage.spawner.started[0]["SEXTON_FIRE_TIME"]
    stage.end("ingest")
    later = {Overlap.SKIP: "skipped", Overlap.QUEUE: "claimed"}[overlap]
    assert sorted(stage.outcomes("ingest")) == sorted(["lost", "succeeded", later])


def test_the_rerun_goes_before_what_was_queued_behind_the_lost_run(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 * * * *", on_lost=OnLost.RERUN, overlap=Overlap.QUEUE), ledger=ledger)
    stage.start()
    stage.pass_time(2 * HOUR)
    cut_off(stage)
    first, again = stage.spawner.started
    assert again["SEXTON_FIRE_TIME"] == first["SEXTON_FIRE_TIME"]
    stage.end("ingest")
    assert stage.spawner.started[-1]["SEXTON_FIRE_TIME"] > first["SEXTON_FIRE_TIME"]
    assert len(stage.spawner.started) == 3
