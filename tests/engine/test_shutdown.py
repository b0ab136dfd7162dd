"""Stopping: bounded, in order, and recorded."""

import pytest

from sexton.model.ledger import End
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job
from tests.engine.staged_world import KILL

TERM = 15


def busy(*, ledger: Ledger | None = None, stop: int = 30 * SECOND, **life: bool) -> Stage:
    """Run 1 of `ingest` is going."""
    stage = Stage(job("ingest", stop=stop), ledger=ledger)
    stage.live("ingest", **life)
    stage.start()
    stage.trigger("ingest")
    return stage


def test_sexton_goes_at_once_when_nothing_runs() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.stop()
    assert stage.finished == 1


def test_runs_are_cancelled_with_the_reason_shutdown(ledger: Ledger) -> None:
    stage = busy(ledger=ledger)
    stage.stop()
    assert [(row.outcome, row.reason) for row in stage.rows()] == [("cancelled", "shutdown")]
    assert stage.spawner.signals == [("ingest", TERM)]
    assert (stage.finished, stage.world.killed) == (1, False)


def test_a_stubborn_run_is_killed_one_second_before_the_time_is_over() -> None:
    stage = busy(stubborn=True)
    stage.stop()
    stage.pass_time(8 * SECOND - 1)
    assert stage.spawner.signals == [("ingest", TERM)]
    stage.pass_time(1)
    assert stage.spawner.alive == {}
    assert stage.outcomes("ingest") == ["cancelled"]
    assert (stage.finished, stage.world.killed) == (1, True)


def test_a_run_is_killed_after_its_own_stop_timeout_when_that_is_shorter() -> None:
    stage = busy(stubborn=True, stop=2 * SECOND)
    stage.stop()
    stage.pass_time(2 * SECOND)
    assert stage.spawner.signals == [("ingest", TERM), ("ingest", KILL)]
    assert (stage.finished, stage.outcomes("ingest")) == (1, ["cancelled"])


def test_a_second_signal_does_not_wait_for_the_stubborn() -> None:
    stage = busy(stubborn=True)
    stage.stop()
    stage.pass_time(SECOND)
    stage.stop()
    assert (stage.finished, stage.spawner.alive) == (1, {})
    assert stage.outcomes("ingest") == ["cancelled"]


def test_background_processes_do_not_outlive_sexton() -> None:
    stage = busy(leaves=True)
    stage.end("ingest")
    assert len(stage.spawner.alive) == 1
    stage.stop()
    assert (stage.finished, stage.spawner.signals) == (0, [("ingest", TERM)])
    stage.pass_time(8 * SECOND)
    assert (stage.finished, stage.spawner.alive) == (1, {})


@pytest.mark.parametrize("seconds", [0, 1, 9, 60])
def test_it_is_bounded_when_the_store_never_answers(seconds: int) -> None:
    stage = Stage(job("ingest"), stop_within=seconds * SECOND)
    stage.live("ingest", stubborn=True)
    stage.start()
    stage.trigger("ingest")
    stage.store.hold()
    stage.stop()
    stage.pass_time(seconds * SECOND)
    assert (stage.finished, stage.spawner.alive) == (1, {})
    assert any("could not be recorded" in said for said in stage.logs.errors())


def test_everything_is_killed_one_second_before_the_end_also_what_belongs_to_no_run() -> None:
    stage = busy(leaves=True)
    stage.end("ingest")
    stage.live("ingest")
    stage.trigger("ingest")
    stage.store.hold()
    stage.stop()
    stage.pass_time(8 * SECOND - 1)
    assert len(stage.spawner.alive) == 1
    stage.pass_time(1)
    assert (stage.finished, stage.spawner.alive) == (0, {})


def test_an_end_is_recorded_late_but_within_the_time_when_the_store_recovers() -> None:
    stage = busy()
    stage.store.failing = lambda change: isinstance(change, End)
    stage.stop()
    stage.pass_time(5 * SECOND)
    assert stage.finished == 0
    stage.store.failing = lambda change: False
    stage.pass_time(4 * SECOND)
    assert (stage.finished, stage.outcomes("ingest")) == (1, ["cancelled"])


def test_what_could_not_be_recorded_is_lost_at_the_next_start() -> None:
    stage = busy()
    stage.store.failing = lambda change: isinstance(change, End)
    stage.stop()
    stage.pass_time(MINUTE)
    assert stage.finished == 1
    stage.store.failing = lambda change: False
    stage.start()
    assert stage.outcomes("ingest") == ["lost"]


def test_finished_is_told_once_however_often_it_is_stopped() -> None:
    stage = busy()
    for _ in range(3):
        stage.stop()
    stage.loop.advance(MINUTE)
    assert stage.finished == 1


@pytest.mark.parametrize("stubborn", [True, False])
def test_no_fire_time_is_decided_while_it_stops(stubborn: bool) -> None:
    stage = Stage(job("ingest", stop=30 * SECOND), job("other", "@every 2s", stop=30 * SECOND), stop_within=MINUTE)
    stage.live("ingest", stubborn=True)
    stage.live("other", stubborn=stubborn)  # then its fire times would be skipped
    stage.start()
    stage.trigger("ingest")
    stage.pass_time(2 * SECOND)
    stage.stop()
    stage.pass_time(20 * SECOND)
    assert (stage.finished, len(stage.rows("other"))) == (0, 1)
    assert stage.watermark("other") == stage.rows("other")[0].fire_time


def test_an_after_job_of_a_run_that_shutdown_ended_waits_for_the_next_start(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": "any"}), ledger=ledger)
    stage.start()
    stage.trigger("ingest")
    stage.stop()
    assert (stage.finished, stage.outcomes("mail"), stage.started()) == (1, ["queued"], ["ingest"])
    stage.start()
    assert stage.outcomes("mail") == ["claimed"]


def test_a_claim_on_its_way_starts_nothing_and_is_recorded() -> None:
    stage = Stage(job("ingest", "0 9 * * *"))
    stage.start()
    stage.store.hold()
    stage.pass_time(HOUR)
    stage.stop()
    assert stage.finished == 0
    stage.store.release()
    stage.loop.advance(0)
    assert (stage.finished, stage.started(), stage.outcomes("ingest")) == (1, [], ["cancelled"])


def test_who_was_killed_before_does_not_count_when_sexton_is_stopped() -> None:
    """The exit code tells whether somebody did not heed this stop, not whether a timeout did its work last week."""
    stage = busy()
    stage.world.killed = True
    stage.stop()
    assert not stage.world.killed
