"""Retries: another attempt of the same run, after a pause that nothing loses, until one succeeds or none is left."""

from typing import Any

import pytest

from sexton.model.job import CatchUp, Retry
from sexton.model.ledger import Claim, End
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job

THRICE = Retry(attempts=3, delay=10 * SECOND, factor=2, limit=MINUTE)
TERM = 15


def failed(ledger: Ledger | None = None, **keys: Any) -> Stage:
    """A stage on which the first attempt of run 1 of `ingest` has failed; `next` runs after whatever end of it."""
    stage = Stage(
        job("ingest", retry=keys.pop("retry", THRICE), **keys), job("next", after={"ingest": "any"}), ledger=ledger
    )
    stage.live("next", lasts=SECOND)
    stage.start()
    stage.trigger("ingest")
    stage.end("ingest", code=7)
    return stage


def attempts(stage: Stage) -> list[tuple[str, str]]:
    """(run, attempt) of each process of `ingest`."""
    started = [env for env in stage.spawner.started if env["SEXTON_JOB"] == "ingest"]
    return [(env["SEXTON_RUN_ID"], env["SEXTON_ATTEMPT"]) for env in started]


def test_the_same_run_is_tried_again_with_growing_pauses_until_no_attempt_is_left(ledger: Ledger) -> None:
    stage = failed(ledger)
    assert stage.outcomes("ingest") == ["queued"]
    stage.pass_time(10 * SECOND - 1)
    assert attempts(stage) == [("1", "1")]
    stage.pass_time(1)
    assert attempts(stage) == [("1", "1"), ("1", "2")]
    stage.end("ingest", code=8)
    stage.pass_time(20 * SECOND)
    assert attempts(stage) == [("1", "1"), ("1", "2"), ("1", "3")]
    stage.end("ingest", code=9)
    stage.pass_time(HOUR)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.exit_code, row.attempt) == ("failed", 9, 3)
    assert stage.outcomes("next") == ["succeeded"]
    assert stage.logs.errors() == []


def test_an_attempt_that_succeeds_is_the_end(ledger: Ledger) -> None:
    stage = failed(ledger)
    stage.pass_time(10 * SECOND)
    stage.end("ingest")
    stage.pass_time(HOUR)
    assert stage.outcomes("ingest") == ["succeeded"]
    assert stage.engine.failed is False


def test_the_fence_grows_with_each_attempt_and_each_has_a_log_of_its_own(ledger: Ledger) -> None:
    stage = failed(ledger)
    stage.pass_time(10 * SECOND)
    assert [env["SEXTON_FENCE"] for env in stage.spawner.started] == ["1", "2"]
    assert list(stage.logs.opened) == ["/logs/ingest/20261122T080000Z-1", "/logs/ingest/20261122T080000Z-1-2"]


def test_what_follows_an_end_waits_for_the_last_attempt() -> None:
    stage = failed()
    stage.pass_time(5 * SECOND)
    assert stage.rows("next") == []
    stage.pass_time(5 * SECOND)
    stage.end("ingest", code=1)
    stage.pass_time(20 * SECOND)
    assert stage.rows("next") == []
    stage.end("ingest", code=1)
    assert [row.slot for row in stage.rows("next")] == ["after:1"]


def test_a_fire_time_is_skipped_while_the_run_before_pauses(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "*/5 * * * *", retry=Retry(2, 7 * MINUTE)), ledger=ledger)
    stage.live("ingest", lasts=SECOND, code=1)
    stage.start()
    stage.pass_time(11 * MINUTE)
    assert stage.outcomes("ingest") == ["queued", "skipped"]
    assert stage.rows("ingest")[1].reason == "run 1 waits for its next attempt"


def test_a_pausing_run_leaves_its_place_to_others_and_waits_for_one_again() -> None:
    stage = Stage(job("ingest", retry=THRICE), job("other"), max_parallel=1)
    stage.start()
    stage.trigger("ingest")
    stage.end("ingest", code=1)
    stage.trigger("other")
    assert stage.started() == ["ingest", "other"]
    stage.pass_time(MINUTE)
    assert stage.started() == ["ingest", "other"]
    stage.end("other")
    assert stage.started() == ["ingest", "other", "ingest"]


def test_caught_up_fire_times_stay_in_order_when_one_of_them_pauses() -> None:
    stage = Stage(job("ingest", "0 * * * *", catch_up=CatchUp.ALL, retry=Retry(2, MINUTE)))
    stage.live("ingest", lasts=SECOND, code=1, good_from=2)
    stage.start()
    stage.stop()
    stage.clock.advance(3 * HOUR)
    stage.start()
    stage.pass_time(10 * MINUTE)
    assert stage.outcomes("ingest") == ["succeeded"] * 3
    assert [number for _, number in attempts(stage)] == ["1", "2"] * 3


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_the_pause_goes_on_over_a_restart(ledger: Ledger, end: str) -> None:
    stage = failed(ledger)
    stage.pass_time(4 * SECOND)
    if end == "stop":
        stage.stop()
        assert stage.finished == 1
    stage.clock.advance(3 * SECOND)
    stage.start()
    stage.pass_time(3 * SECOND - 1)
    assert len(attempts(stage)) == 1
    stage.pass_time(1)
    assert attempts(stage) == [("1", "1"), ("1", "2")]


def test_an_attempt_that_a_crash_cut_off_is_lost_and_not_tried_again(ledger: Ledger) -> None:
    stage = failed(ledger)
    stage.pass_time(10 * SECOND)
    stage.spawner.alive.clear()
    stage.start()
    stage.pass_time(HOUR)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.attempt, len(attempts(stage))) == ("lost", 2, 2)
    assert row.log == "/logs/ingest/20261122T080000Z-1-2"


def test_the_pause_is_never_longer_than_its_limit_when_the_clock_was_set_back_while_nobody_counted() -> None:
    stage = failed()
    stage.spawner.alive.clear()
    stage.clock.wall -= 24 * HOUR
    stage.start()
    stage.pass_time(MINUTE)
    assert len(attempts(stage)) == 2


def test_the_pause_keeps_elapsed_time_when_the_wall_clock_is_set() -> None:
    stage = failed()
    stage.loop.set_wall(stage.clock.wall + HOUR)
    assert len(attempts(stage)) == 1
    stage.pass_time(10 * SECOND)
    assert len(attempts(stage)) == 2


def test_a_pausing_run_can_be_cancelled_and_what_follows_it_is_called_for(ledger: Ledger) -> None:
    stage = failed(ledger)
    answer = stage.cancel(1)
    assert (answer["state"], answer["outcome"], answer["attempt"]) == ("ended", "cancelled", 1)
    stage.pass_time(HOUR)
    assert len(attempts(stage)) == 1
    assert stage.outcomes("next") == ["succeeded"]
    assert stage.spawner.started[-1]["SEXTON_UPSTREAM_OUTCOME"] == "cancelled"


def test_a_cancel_is_heeded_when_it_comes_while_the_end_of_an_attempt_is_being_written() -> None:
    stage = Stage(job("ingest", retry=THRICE))
    stage.start()
    stage.trigger("ingest")
    stage.store.hold()
    stage.end("ingest", code=1)
    stage.cancel(1)
    stage.store.release()
    stage.pass_time(HOUR)
    assert (stage.outcomes("ingest"), len(attempts(stage))) == (["cancelled"], 1)


def test_a_stop_while_the_end_of_an_attempt_is_being_written_gives_up_no_attempt() -> None:
    stage = Stage(job("ingest", retry=THRICE))
    stage.start()
    stage.trigger("ingest")
    stage.store.hold()
    stage.end("ingest", code=1)
    stage.stop()
    stage.store.release()
    stage.pass_time(9 * SECOND)
    stage.start()
    stage.pass_time(10 * SECOND)
    assert len(attempts(stage)) == 2


def test_a_run_that_a_stop_ended_is_not_tried_again() -> None:
    stage = Stage(job("ingest", retry=THRICE))
    stage.start()
    stage.trigger("ingest")
    stage.stop()
    assert stage.outcomes("ingest") == ["cancelled"]
    stage.start()
    stage.pass_time(HOUR)
    assert len(attempts(stage)) == 1


def test_each_attempt_has_the_whole_timeout() -> None:
    stage = Stage(job("ingest", timeout=MINUTE, retry=Retry(2, 10 * SECOND)))
    stage.start()
    stage.trigger("ingest")
    stage.pass_time(MINUTE)
    assert stage.spawner.signals == [("ingest", TERM)]
    stage.pass_time(10 * SECOND + MINUTE - 1)
    assert (len(attempts(stage)), len(stage.spawner.alive)) == (2, 1)
    stage.pass_time(1)
    assert stage.outcomes("ingest") == ["timeout"]


def test_an_attempt_that_cannot_be_started_is_followed_by_another(ledger: Ledger) -> None:
    stage = Stage(job("ingest", retry=Retry(2, SECOND)), ledger=ledger)
    stage.live("ingest", cannot_start="no such file")
    stage.start()
    stage.trigger("ingest")
    stage.live("ingest", lasts=0)
    stage.pass_time(SECOND)
    assert stage.outcomes("ingest") == ["succeeded"]


def test_the_next_attempt_is_tried_for_again_when_its_claim_cannot_be_written() -> None:
    stage = failed()
    stage.store.failing = lambda change: isinstance(change, Claim)
    stage.pass_time(15 * SECOND)
    assert len(attempts(stage)) == 1
    stage.store.failing = lambda change: False
    stage.pass_time(10 * SECOND)
    assert attempts(stage) == [("1", "1"), ("1", "2")]


def test_no_attempt_begins_before_the_end_of_the_last_is_durable() -> None:
    stage = Stage(job("ingest", retry=THRICE))
    stage.start()
    stage.trigger("ingest")
    stage.store.failing = lambda change: isinstance(change, End)
    stage.end("ingest", code=1)
    stage.pass_time(MINUTE)
    assert len(attempts(stage)) == 1
    stage.store.failing = lambda change: False
    stage.pass_time(10 * SECOND)
    assert len(attempts(stage)) == 2


def test_a_pausing_run_is_given_up_when_its_job_leaves_the_plan() -> None:
    stage = failed()
    stage.reload()
    stage.pass_time(HOUR)
    assert (stage.outcomes("ingest"), len(attempts(stage))) == (["cancelled"], 1)
    assert stage.rows("ingest")[0].reason == "the job is no longer in the plan"


def test_the_run_and_its_job_are_shown_as_waiting() -> None:
    stage = failed()
    answers: list[Any] = []
    stage.control.job("ingest", answers.append)
    stage.control.run(1, answers.append)
    stage.control.attempts(1, answers.append)
    stage.loop.advance(0)
    the_job, run, listed = answers
    assert (the_job["state"], run["state"], run["outcome"]) == ("waiting", "waiting", None)
    assert (run["attempt"], run["next_attempt"], run["exit_code"]) == (2, "2026-11-22T08:00:10Z", 7)
    assert [(one["attempt"], one["outcome"], one["exit_code"]) for one in listed] == [(1, "failed", 7)]


def test_the_attempts_of_a_run_are_listed_with_the_last(ledger: Ledger) -> None:
    stage = failed(ledger)
    stage.pass_time(10 * SECOND)
    stage.end("ingest")
    answers: list[Any] = []
    stage.control.attempts(1, answers.append)
    stage.loop.advance(0)
    ((first, second),) = answers
    assert (first["outcome"], first["exit_code"], second["outcome"], second["exit_code"]) == (
        "failed",
        7,
        "succeeded",
        0,
    )


def test_whoever_follows_a_run_is_told_of_its_next_attempts() -> None:
    stage = failed()
    woken: list[str] = []
    stop = stage.control.follow(1, lambda: woken.append("woken"))
    stage.pass_time(10 * SECOND)
    stage.logs.opened["/logs/ingest/20261122T080000Z-1-2"].write(10)
    assert woken
    woken.clear()
    stage.end("ingest")
    assert woken
    stop()
    assert stage.world.watchers == {}


def test_once_waits_for_the_last_attempt() -> None:
    stage = Stage(job("ingest", "@reboot", retry=Retry(2, SECOND)))
    stage.live("ingest", lasts=SECOND, code=1, good_from=2)
    stage.start(once=True)
    stage.pass_time(MINUTE)
    assert (stage.finished, stage.engine.failed) == (1, False)
