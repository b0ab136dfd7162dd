"""Runs from claim to end, with a disk that fails, processes that do not start, and people who change their minds."""

from typing import Any

from sexton.engine.runs.lives import log_name
from sexton.model.errors import StoreError
from sexton.model.ledger import Claim, End
from sexton.model.run import Happening, Outcome, RunEvent
from sexton.model.units import HOUR, MILLISECOND, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job
from tests.engine.staged_world import KILL
from tests.fakes import WALL

TERM = 15


def going(ledger: Ledger | None = None, **keys: Any) -> Stage:
    """A stage on which run 1 of `ingest` is going."""
    stage = Stage(job("ingest", **keys), ledger=ledger)
    stage.start()
    stage.trigger("ingest")
    return stage


def test_a_log_is_named_by_fire_time_and_run() -> None:
    assert log_name(WALL + 5, 42) == "20261122T080000Z-42"
    assert log_name(None, 42) == "19700101T000000Z-42"


def test_the_row_says_how_the_run_went(ledger: Ledger) -> None:
    stage = going(ledger)
    stage.logs.opened["/logs/ingest/20261122T080000Z-1"].write(500)
    stage.pass_time(3 * SECOND)
    stage.end("ingest", code=3)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.reason, row.exit_code) == ("failed", "exit code 3", 3)
    assert (row.claimed, row.started, row.ended) == (WALL, WALL, WALL + 3 * SECOND)
    assert (row.cpu, row.max_rss, row.log_bytes) == (1000, 4096, 500)
    assert row.tail == f"last line of {row.log}"
    assert stage.logs.opened[row.log or ""].finished
    assert stage.logs.released == [row.log]


def test_nothing_is_spawned_before_the_claim_is_durable(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 9 * * *"), ledger=ledger)
    stage.start()
    stage.store.hold()
    stage.pass_time(HOUR)
    assert stage.started() == []
    assert stage.rows() == []
    stage.store.release()
    assert [row.state for row in stage.rows()] == ["claimed"]
    stage.loop.settle()
    assert stage.started() == ["ingest"]


def test_its_place_is_kept_until_the_end_is_durable() -> None:
    stage = going()
    stage.store.hold()
    stage.end("ingest")
    assert [entry.run.state for entry in stage.world.runs] == ["ending"]
    stage.store.release()
    stage.loop.settle()
    assert stage.world.runs == set()
    assert (stage.world.by_id, len(stage.world.children)) == ({}, 0)


def test_a_run_failed_with_the_reason_when_it_cannot_be_started(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), ledger=ledger)
    stage.live("ingest", cannot_start="cannot start './ingest': No such file or directory")
    stage.start()
    stage.trigger("ingest")
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.started, row.log) == ("failed", None, None)
    assert "No such file" in row.reason
    assert stage.world.runs == set()


def test_a_refused_claim_leaves_the_row_and_starts_nothing(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 9 * * *"), ledger=ledger)
    stage.start()
    nine = WALL + HOUR
    ledger.do(Claim("ingest", "2026-11-22T09:00:00Z", "another", nine, nine))
    stage.pass_time(HOUR)
    assert stage.started() == []
    assert stage.watermark("ingest") == nine
    assert not stage.world.jobs["ingest"].going
    stage.pass_time(24 * HOUR)
    assert len(stage.started()) == 1


def test_a_fire_time_is_claimed_later_when_the_store_fails(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 9 * * *"), ledger=ledger)
    stage.start()
    stage.store.failing = lambda change: isinstance(change, Claim)
    stage.pass_time(HOUR + MINUTE)
    assert stage.started() == []
    assert stage.watermark("ingest") == WALL
    assert 10 < stage.store.failures < 25  # 100 ms, doubling, at most 5 s
    stage.store.failing = lambda change: False
    stage.pass_time(10 * SECOND)
    assert stage.started("ingest") == ["2026-11-22T09:00:00Z"]
    assert len(stage.rows()) == 1


def test_the_end_is_recorded_later_unchanged_when_the_store_fails(ledger: Ledger) -> None:
    stage = going(ledger)
    stage.store.failing = lambda change: isinstance(change, End)
    stage.end("ingest")
    stage.pass_time(MINUTE)
    assert stage.outcomes("ingest") == ["claimed"]
    assert 10 < stage.store.failures < 25
    assert len(stage.logs.errors()) == 1  # said once, not at every try
    stage.store.failing = lambda change: False
    stage.pass_time(5 * SECOND)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.ended) == ("succeeded", WALL)


def test_what_an_end_calls_for_stays_the_same_when_it_is_recorded_later() -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": "any"}))
    stage.start()
    stage.trigger("ingest")
    stage.store.failing = lambda change: isinstance(change, End)
    stage.end("ingest")
    stage.trigger("mail")  # now it is busy; when the run ended, it was not
    stage.store.failing = lambda change: False
    stage.pass_time(SECOND)
    assert stage.outcomes("mail") == ["claimed", "queued"]


def test_the_store_is_asked_again_after_the_backoff_and_not_before() -> None:
    stage = going()
    stage.store.failing = lambda change: isinstance(change, End)
    stage.end("ingest")
    stage.loop.advance(100 * MILLISECOND - 1)
    assert stage.store.failures == 1
    stage.loop.advance(1)
    assert stage.store.failures == 2


def test_a_row_that_someone_else_ended_is_reported_and_let_go() -> None:
    stage = going()
    claim = next(change for change in stage.store.done if isinstance(change, Claim))
    stage.store.ledger.do(End(1, claim.token, 1, Outcome.LOST, "by another", WALL))
    stage.end("ingest")
    assert [row.reason for row in stage.rows()] == ["by another"]
    assert any("ended by someone else" in said for said in stage.logs.errors())
    assert stage.world.runs == set()


# Stopping


def test_a_run_gets_its_stop_signal_when_its_timeout_is_over() -> None:
    stage = going(timeout=MINUTE)
    stage.pass_time(MINUTE - SECOND)
    assert stage.spawner.signals == []
    stage.pass_time(SECOND)
    assert stage.spawner.signals == [("ingest", TERM)]
    assert stage.outcomes("ingest") == ["timeout"]
    assert not stage.world.killed


def test_a_stubborn_run_is_killed_after_its_stop_timeout() -> None:
    stage = Stage(job("ingest", timeout=MINUTE, stop=5 * SECOND))
    stage.live("ingest", stubborn=True)
    stage.start()
    stage.trigger("ingest")
    stage.pass_time(MINUTE + 5 * SECOND - 1)
    assert stage.spawner.signals == [("ingest", TERM)]
    stage.pass_time(1)
    assert stage.spawner.signals == [("ingest", TERM), ("ingest", KILL)]
    assert stage.outcomes("ingest") == ["timeout"]
    assert stage.world.killed


def test_a_run_counts_as_killed_also_when_its_environment_cannot_be_read() -> None:
    stage = Stage(job("ingest", timeout=MINUTE, stop=5 * SECOND))
    stage.live("ingest", stubborn=True)
    stage.start()
    stage.trigger("ingest")
    (process,) = stage.spawner.alive.values()
    process.env = {"SEXTON_JOB": "ingest"}
    stage.pass_time(MINUTE + 5 * SECOND)
    assert stage.outcomes("ingest") == ["timeout"]
    assert stage.world.killed


def test_a_stop_has_its_whole_time_when_the_timeout_comes_in_between() -> None:
    stage = Stage(job("ingest", timeout=MINUTE, stop=10 * SECOND))
    stage.live("ingest", stubborn=True)
    stage.start()
    stage.trigger("ingest")
    stage.pass_time(55 * SECOND)
    stage.cancel(1)
    stage.pass_time(9 * SECOND)
    assert stage.spawner.signals == [("ingest", TERM)]
    stage.pass_time(SECOND)
    assert stage.outcomes("ingest") == ["cancelled"]


def test_what_is_left_of_the_group_is_killed_when_the_stop_timeout_is_over() -> None:
    stage = Stage(job("ingest", stop=5 * SECOND))
    stage.live("ingest", leaves=True)
    stage.start()
    stage.trigger("ingest")
    stage.cancel(1)
    assert [entry.run.state for entry in stage.world.runs] == ["lingering"]
    stage.pass_time(5 * SECOND)
    assert stage.spawner.alive == {}
    assert stage.outcomes("ingest") == ["cancelled"]


def test_the_run_ends_at_once_when_the_last_of_its_group_has_gone() -> None:
    stage = Stage(job("ingest", stop=5 * SECOND))
    stage.live("ingest", leaves=True)
    stage.start()
    stage.trigger("ingest")
    stage.cancel(1)
    stage.spawner.end(stage.spawner.pids("ingest")[0])
    stage.loop.settle()
    assert stage.outcomes("ingest") == ["cancelled"]


def test_background_processes_go_on_when_nobody_asked_for_a_stop() -> None:
    stage = Stage(job("ingest"))
    stage.live("ingest", leaves=True)
    stage.start()
    stage.trigger("ingest")
    stage.end("ingest")
    assert stage.outcomes("ingest") == ["succeeded"]
    assert len(stage.spawner.pids("ingest")) == 1


def test_a_descendant_that_left_the_group_is_killed_with_a_cancelled_run() -> None:
    stage = going()
    stage.spawner.fork(stage.spawner.pids("ingest")[0], group=99)
    stage.cancel(1)
    assert stage.spawner.alive == {}
    assert stage.outcomes("ingest") == ["cancelled"]


def test_a_cancelled_claim_starts_nothing(ledger: Ledger) -> None:
    stage = Stage(job("ingest"), ledger=ledger)
    stage.start()
    stage.store.hold()
    stage.trigger("ingest")
    (entry,) = stage.world.runs
    stage.engine.lives.cancel(entry, "shutdown")
    stage.store.release()
    stage.loop.settle()
    assert stage.started() == []
    assert [(row.outcome, row.reason) for row in stage.rows()] == [("cancelled", "shutdown")]


def test_a_cancel_changes_nothing_when_the_process_has_ended_already() -> None:
    stage = going()
    stage.store.hold()
    stage.end("ingest")
    assert stage.cancel(1)["state"] == "ending"
    stage.store.release()
    stage.loop.settle()
    assert stage.outcomes("ingest") == ["succeeded"]


def test_a_second_cancel_changes_nothing() -> None:
    stage = Stage(job("ingest"))
    stage.live("ingest", stubborn=True)
    stage.start()
    stage.trigger("ingest")
    stage.cancel(1)
    stage.pass_time(9 * SECOND)
    stage.cancel(1)
    assert stage.spawner.signals == [("ingest", TERM)]
    stage.pass_time(SECOND)
    assert stage.spawner.signals[1:] == [("ingest", KILL)]
    stage.pass_time(MINUTE)
    assert stage.outcomes("ingest") == ["cancelled"]


def test_no_deadline_is_left_when_the_run_has_ended() -> None:
    stage = going(timeout=MINUTE)
    stage.end("ingest")
    stage.pass_time(HOUR)
    assert stage.outcomes("ingest") == ["succeeded"]
    assert stage.spawner.signals == []
    assert stage.logs.errors() == []


def test_a_defect_is_said_when_an_impossible_event_comes() -> None:
    stage = going()
    (entry,) = stage.world.runs
    stage.engine.lives.happen(entry, RunEvent(Happening.CLAIMED, run_id=9))
    assert stage.logs.errors() == ["defect: claimed came while ingest run 1 was running; ignored"]
    assert entry.run.id == 1


def test_a_process_that_is_not_ours_is_reaped_and_forgotten() -> None:
    stage = going()
    orphan = stage.spawner.fork(stage.spawner.pids("ingest")[0], group=99)
    stage.spawner.end(orphan)
    stage.loop.settle()
    assert stage.outcomes("ingest") == ["claimed"]


def test_a_failed_trigger_is_answered_with_the_stores_error() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.store.failing = lambda change: isinstance(change, Claim)
    assert isinstance(stage.trigger("ingest"), StoreError)
    assert stage.world.runs == set()
    stage.store.failing = lambda change: False
    stage.pass_time(MINUTE)
    assert stage.rows() == []
