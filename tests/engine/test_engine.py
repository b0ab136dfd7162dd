"""The engine whole: `--once`, a lost state, an unwilling ledger, and what it remembers of before."""

import pytest

from sexton.model.ledger import Cancelled, Claim, End, Enlist
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job

# Once


def test_once_is_over_when_the_at_start_jobs_and_what_follows_them_are(ledger: Ledger) -> None:
    stage = Stage(
        job("ingest", "@reboot; 0 9 * * *"), job("mail", after={"ingest": "any"}), job("other", "@every 1s"),
        ledger=ledger,
    )  # fmt: skip
    stage.start(once=True)
    stage.pass_time(MINUTE)
    stage.end("ingest")
    assert stage.finished == 0
    stage.end("mail")
    assert stage.finished == 1
    assert stage.started() == ["ingest", "mail"]
    assert not stage.engine.failed


def test_once_is_over_at_once_when_nothing_runs_at_start() -> None:
    stage = Stage(job("ingest", "0 9 * * *"))
    stage.start(once=True)
    assert stage.finished == 1


def test_once_has_failed_when_one_run_did_not_succeed() -> None:
    stage = Stage(job("ingest", "@reboot"), job("mail", after={"ingest": "failed"}))
    stage.start(once=True)
    stage.end("ingest", 1)
    stage.end("mail")
    assert (stage.finished, stage.engine.failed) == (1, True)


def test_once_waits_for_runs_that_wait_for_room() -> None:
    stage = Stage(job("a", "@reboot"), job("b", "@reboot"), max_parallel=1)
    stage.start(once=True)
    stage.end("a")
    assert stage.finished == 0
    stage.end("b")
    assert (stage.finished, stage.outcomes("b")) == (1, ["succeeded"])


@pytest.mark.parametrize("kind", [Claim, End, Enlist])
def test_once_is_not_over_while_the_store_fails(kind: type) -> None:
    stage = Stage(job("ingest", "@reboot"))
    stage.live("ingest", lasts=SECOND)
    stage.store.failing = lambda change: isinstance(change, kind)
    stage.start(once=True)
    stage.pass_time(MINUTE)
    assert stage.finished == 0
    stage.store.failing = lambda change: False
    stage.pass_time(10 * SECOND)
    assert (stage.finished, stage.outcomes("ingest")) == (1, ["succeeded"])


def test_once_takes_up_what_was_left_queued() -> None:
    stage = Stage(job("ingest", "@reboot"), job("mail", after={"ingest": "any"}))
    stage.start()
    stage.store.failing = lambda change: isinstance(change, Claim)
    stage.end("ingest")
    stage.store.failing = lambda change: False
    stage.change(job("ingest"), job("mail", after={"ingest": "any"}))
    stage.start(once=True)
    assert (stage.finished, stage.outcomes("mail")) == (0, ["claimed"])
    stage.end("mail")
    assert stage.finished == 1


def test_once_is_over_and_has_failed_when_its_last_run_is_cancelled() -> None:
    stage = Stage(job("a", "@reboot"), job("b", "@reboot"), max_parallel=1)
    stage.start(once=True)
    stage.end("a")
    stage.cancel(2)
    assert (stage.finished, stage.engine.failed) == (1, True)


# A lost state


def test_nothing_starts_by_itself_when_the_state_was_lost() -> None:
    stage = Stage(job("ingest", "0 9 * * *"), job("warm-up", "@reboot"))
    stage.hold = "the database is gone"
    stage.start()
    stage.pass_time(DAY)
    assert stage.started() == []
    assert stage.control.info()["hold"] == "the database is gone"


def test_a_person_can_start_runs_when_the_state_was_lost() -> None:
    stage = Stage(job("ingest", "0 9 * * *"), job("mail", after={"ingest": "any"}))
    stage.hold = "the database is gone"
    stage.start()
    assert stage.trigger("ingest")["state"] == "running"
    stage.end("ingest")
    assert stage.started() == ["ingest", "mail"]


def test_once_is_over_at_once_when_the_state_was_lost() -> None:
    stage = Stage(job("warm-up", "@reboot"))
    stage.hold = "the database is gone"
    stage.start(once=True)
    assert (stage.finished, stage.started()) == (1, [])


# The ledger


def test_no_fire_time_is_lost_when_the_jobs_cannot_be_made_known_at_first() -> None:
    stage = Stage(job("ingest", "0 9 * * *"))
    stage.start()
    stage.stop()
    stage.store.failing = lambda change: isinstance(change, Enlist)
    stage.start()
    stage.pass_time(HOUR + MINUTE)
    assert stage.started() == []
    stage.store.failing = lambda change: False
    stage.pass_time(2 * SECOND)
    assert stage.started("ingest") == ["2026-11-22T09:00:00Z"]


def test_a_job_remembers_its_last_run_over_a_restart(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), ledger=ledger)
    stage.start()
    for code in (0, 1):
        stage.trigger("ingest")
        stage.end("ingest", code)
    stage.start()
    last = stage.world.jobs["ingest"].last
    assert last is not None
    assert (last["id"], last["outcome"]) == (2, "failed")


def test_no_change_is_submitted_when_nothing_happens() -> None:
    stage = Stage(job("ingest", "0 9 * * *"))
    stage.start()
    stage.pass_time(MINUTE)
    before = len(stage.store.done)
    stage.pass_time(50 * MINUTE)
    assert len(stage.store.done) == before
    assert not any(isinstance(change, Cancelled) for change in stage.store.done)
