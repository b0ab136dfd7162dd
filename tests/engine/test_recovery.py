"""What an earlier Sexton left: its processes end first, then its claims are lost, then the rest goes on."""

from sexton.model.ledger import Claim, Claimed, End, Ended, Queued
from sexton.model.run import Outcome
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job
from tests.engine.staged_world import KILL
from tests.fakes import WALL

TERM = 15


def crashed(*others: object, ledger: Ledger | None = None, stop: int = 10 * SECOND, **life: bool) -> Stage:
    """Sexton died while run 1 of `ingest` was going; its process lives on."""
    stage = Stage(job("ingest", "@reboot", stop=stop), *others, ledger=ledger)  # type: ignore[arg-type]
    stage.live("ingest", **life)
    stage.start()
    stage.clock.advance(MINUTE)
    return stage


def test_a_claim_is_lost_when_its_process_is_gone(ledger: Ledger) -> None:
    stage = crashed(ledger=ledger)
    stage.spawner.alive.clear()
    log = next(iter(stage.logs.opened.values()))
    log.write(700)
    stage.start()
    row = stage.rows()[0]
    assert (row.outcome, row.started, row.ended) == ("lost", WALL, WALL + MINUTE)
    assert (row.log, row.log_bytes, row.tail) == (log.path, 700, log.tail())
    assert any("run 1 is lost" in said for said in stage.logs.errors())
    assert stage.outcomes("ingest") == ["lost", "claimed"]  # this start's own run


def test_a_survivor_gets_its_stop_signal_and_nothing_starts_before_it_is_gone() -> None:
    stage = crashed(stubborn=True)
    stage.start()
    assert stage.spawner.signals == [("ingest", TERM)]
    assert (stage.outcomes("ingest"), len(stage.started())) == (["claimed"], 1)
    stage.pass_time(3 * SECOND - 1)
    assert (stage.outcomes("ingest"), len(stage.started())) == (["claimed"], 1)
    stage.pass_time(1)
    assert stage.spawner.signals == [("ingest", TERM), ("ingest", KILL)]
    assert (stage.outcomes("ingest"), len(stage.started())) == (["lost", "claimed"], 2)
    assert all(carrier.closed for carrier in stage.spawner.given)


def test_a_run_asked_for_meanwhile_waits_until_the_survivors_are_gone() -> None:
    stage = crashed(job("other"), stubborn=True)
    stage.start()
    assert stage.trigger("other") is None
    assert stage.started() == ["ingest"]
    stage.pass_time(3 * SECOND)
    assert stage.started() == ["ingest", "other", "ingest"]


def test_a_survivor_is_killed_after_its_own_stop_timeout_when_that_is_shorter() -> None:
    stage = crashed(stop=SECOND, stubborn=True)
    stage.start()
    stage.pass_time(SECOND)
    assert stage.spawner.signals == [("ingest", TERM), ("ingest", KILL)]


def test_no_kill_is_needed_when_the_survivor_heeds_its_signal() -> None:
    stage = crashed()
    stage.start()
    stage.pass_time(MINUTE)
    assert stage.spawner.signals == [("ingest", TERM)]
    assert stage.outcomes("ingest") == ["lost", "claimed"]


def test_what_a_survivor_forked_meanwhile_is_killed() -> None:
    stage = crashed(stubborn=True)
    stage.start()
    stage.spawner.fork(stage.spawner.pids("ingest")[0], group=99)
    stage.pass_time(3 * SECOND)
    assert [process.env["SEXTON_RUN_ID"] for process in stage.spawner.alive.values()] == ["2"]


def test_after_jobs_follow_a_lost_run(ledger: Ledger) -> None:
    follower, deaf = job("mail", after={"ingest": "failed"}), job("deaf", after={"ingest": "succeeded"})
    stage = crashed(follower, deaf, ledger=ledger)
    stage.spawner.alive.clear()
    stage.start()
    assert stage.outcomes("mail") == ["claimed"]
    assert stage.outcomes("deaf") == []
    (told,) = (env for env in stage.spawner.started if env["SEXTON_JOB"] == "mail")
    assert told["SEXTON_UPSTREAM_OUTCOME"] == "lost"


def test_a_lost_run_is_recorded_later_when_the_store_fails(ledger: Ledger) -> None:
    stage = crashed(job("mail", after={"ingest": "failed"}), ledger=ledger)
    stage.spawner.alive.clear()
    stage.store.failing = lambda change: isinstance(change, End)
    stage.start()
    stage.pass_time(10 * SECOND)
    assert (stage.outcomes("ingest"), len(stage.started())) == (["claimed"], 1)
    stage.store.failing = lambda change: False
    stage.pass_time(2 * SECOND)
    assert stage.outcomes("ingest") == ["lost", "claimed"]
    assert stage.outcomes("mail") == ["claimed"]


def test_recovery_goes_on_when_a_lost_row_was_ended_by_someone_else() -> None:
    stage = crashed(job("mail", after={"ingest": "failed"}))
    stage.spawner.alive.clear()
    claim = next(change for change in stage.store.done if isinstance(change, Claim))
    stage.store.hold()
    stage.start()
    ended = stage.store.ledger.do(End(1, claim.token, 1, Outcome.CANCELLED, "by another", WALL))
    assert ended == Ended(took=True)
    stage.store.release()
    stage.loop.advance(0)
    assert stage.outcomes("ingest") == ["cancelled", "claimed"]
    assert stage.outcomes("mail") == []
    assert any("ended by someone else" in said for said in stage.logs.errors())


def test_a_lost_run_is_recorded_also_when_its_job_has_left_the_plan() -> None:
    stage = crashed()
    stage.spawner.alive.clear()
    stage.change(job("other"))
    stage.start()
    assert stage.outcomes("ingest") == ["lost"]


def test_a_lost_fire_time_does_not_run_again(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "0 9 * * *"), ledger=ledger)
    stage.start()
    stage.pass_time(HOUR)
    stage.spawner.alive.clear()
    stage.start()
    stage.pass_time(HOUR)
    assert stage.outcomes("ingest") == ["lost"]
    assert len(stage.started()) == 1


def test_processes_of_another_sexton_are_left_alone() -> None:
    stage = crashed()
    pid = stage.spawner.pids("ingest")[0]
    stage.spawner.alive[pid].env = {**stage.spawner.alive[pid].env, "SEXTON_INSTANCE": "another"}
    stage.start()
    assert pid in stage.spawner.alive


def test_several_lost_runs_all_end_before_anything_starts() -> None:
    stage = Stage(job("a", "@reboot"), job("b", "@reboot"))
    stage.start()
    stage.spawner.alive.clear()
    stage.store.failing = lambda change: isinstance(change, End) and change.run_id == 2
    stage.start()
    assert (stage.outcomes("a"), stage.outcomes("b")) == (["lost"], ["claimed"])
    assert len(stage.started()) == 2
    stage.store.failing = lambda change: False
    stage.pass_time(2 * SECOND)
    assert len(stage.started()) == 4


def test_a_queued_row_waits_when_the_state_was_lost() -> None:
    stage = Stage(job("ingest"))
    assert isinstance(stage.store.ledger.do(Queued("ingest", "manual:1", WALL, WALL)), int)
    stage.hold = "the database is another one"
    stage.start()
    stage.pass_time(MINUTE)
    assert stage.outcomes("ingest") == ["queued"]
    stage.hold = None
    stage.start()
    assert stage.outcomes("ingest") == ["claimed"]


def test_stopping_amid_recovery_kills_the_survivors_and_is_over() -> None:
    stage = crashed(stubborn=True)
    stage.start()
    stage.stop()
    stage.pass_time(9 * SECOND)
    assert (stage.finished, stage.spawner.alive) == (1, {})
    assert isinstance(stage.store.ledger.do(Claim("x", "s", "t", None, WALL)), Claimed)  # the ledger is whole
