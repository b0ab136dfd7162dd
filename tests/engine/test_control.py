"""What people may ask and want."""

from typing import Any

import pytest

from sexton.model.errors import Refused, StoreError
from sexton.model.ledger import Closed
from sexton.model.run import Outcome
from sexton.model.units import HOUR, MINUTE
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job
from tests.fakes import WALL


def staged(ledger: Ledger | None = None, **settings: Any) -> Stage:
    stage = Stage(job("ingest", "0 9 * * *"), job("mail", after={"ingest": "any"}), ledger=ledger, **settings)
    stage.start()
    return stage


def asked(stage: Stage, what: str, *args: Any, **keys: Any) -> Any:
    answers: list[Any] = []
    getattr(stage.control, what)(*args, answers.append, **keys)
    stage.loop.advance(0)
    (answer,) = answers
    return answer


def runs(stage: Stage, name: str | None = None, **keys: Any) -> Any:
    return asked(stage, "runs", job=name, **{"outcomes": (), "before": None, "limit": 50, **keys})


def refused(answer: object) -> str:
    assert isinstance(answer, Refused)
    return answer.kind


def test_info_counts_what_runs_and_waits() -> None:
    stage = Stage(job("a"), job("b"), max_parallel=1)
    stage.start()
    stage.pass_time(MINUTE)
    stage.trigger("a")
    stage.trigger("b")
    info = stage.control.info()
    assert (info["running"], info["waiting"], info["jobs"], info["max_parallel"]) == (1, 1, 2, 1)
    assert (info["started"], info["uptime_seconds"], info["now"]) == (
        "2026-11-22T08:00:00Z", 60.0, "2026-11-22T08:01:00Z"
    )  # fmt: skip


def test_a_job_shows_what_it_does_next_does_now_and_did_last() -> None:
    stage = staged()
    idle = asked(stage, "job", "ingest")
    assert (idle["state"], idle["next"], idle["running"], idle["last"]) == ("idle", "2026-11-22T09:00:00Z", [], None)
    stage.pass_time(HOUR)
    going = asked(stage, "job", "ingest")
    assert (going["state"], going["next"], going["running"][0]["id"]) == ("running", "2026-11-23T09:00:00Z", 1)
    stage.end("ingest")
    assert asked(stage, "job", "ingest")["last"]["outcome"] == "succeeded"


def test_a_job_waits_when_it_is_due_and_there_is_no_room() -> None:
    stage = Stage(job("long"), job("ingest", "0 9 * * *"), max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.pass_time(HOUR)
    assert [view["state"] for view in asked(stage, "jobs")] == ["running", "waiting"]


def test_jobs_stand_in_the_plans_order() -> None:
    assert [view["name"] for view in asked(staged(), "jobs")] == ["ingest", "mail"]


def test_an_unknown_job_is_not_found() -> None:
    stage = staged()
    assert refused(asked(stage, "job", "injest")) == "not_found"
    assert refused(asked(stage, "trigger", "injest")) == "not_found"
    assert refused(runs(stage, "injest")) == "not_found"


def test_a_job_that_left_the_plan_still_has_its_runs(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.trigger("mail")
    stage.end("mail")
    stage.change(job("ingest"))
    stage.start()
    assert [view["job"] for view in runs(stage, "mail")] == ["mail"]


def test_a_job_without_runs_has_an_empty_history() -> None:
    assert runs(staged(), "mail") == []


def test_runs_are_newest_first_and_those_alive_are_shown_alive(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.trigger("ingest")
    stage.end("ingest", 1)
    found = runs(stage)
    assert [(view["job"], view["state"], view["outcome"]) for view in found] == [
        ("mail", "running", None),
        ("ingest", "ended", "failed"),
    ]
    assert found[0]["pid"] == stage.spawner.pids("mail")[0]
    assert [view["job"] for view in runs(stage, outcomes=("failed",))] == ["ingest"]
    assert [view["id"] for view in runs(stage, before=2)] == [1]


def test_a_run_is_shown_alike_while_it_ends_and_from_history() -> None:
    stage = staged()
    stage.trigger("mail")
    stage.store.hold()
    stage.pass_time(MINUTE)
    stage.end("mail", 3)
    live = asked(stage, "run", 1)
    stage.store.release()
    stage.loop.advance(0)
    row = asked(stage, "run", 1)
    assert {name for name in row if row[name] != live[name]} == {"state"}
    assert (live["state"], row["state"], row["seconds"], row["exit_code"]) == ("ending", "ended", 60.0, 3)


def test_a_missed_range_is_shown_with_both_ends_and_its_count() -> None:
    stage = staged()
    closed = Closed("ingest", "missed:x", Outcome.MISSED, "", WALL, WALL - HOUR, WALL - MINUTE, 60)
    run_id = stage.store.ledger.do(closed)
    view = asked(stage, "run", run_id)
    assert (view["fire_time"], view["last_fire_time"], view["count"]) == (
        "2026-11-22T07:00:00Z", "2026-11-22T07:59:00Z", 60
    )  # fmt: skip


def test_an_unknown_run_is_not_found() -> None:
    assert refused(asked(staged(), "run", 99)) == "not_found"
    assert refused(asked(staged(), "cancel", 99)) == "not_found"


def test_a_run_that_has_ended_cannot_be_cancelled() -> None:
    stage = staged()
    stage.trigger("mail")
    stage.end("mail")
    assert refused(stage.cancel(1)) == "conflict"
    assert stage.outcomes("mail") == ["succeeded"]


def test_a_cancelled_run_says_by_whom(ledger: Ledger) -> None:
    stage = staged(ledger)
    stage.trigger("mail")
    stage.cancel(1)
    assert [(row.outcome, row.reason) for row in stage.rows()] == [("cancelled", "cancelled by hand")]


def test_a_queued_run_is_cancelled_without_ever_starting(ledger: Ledger) -> None:
    stage = staged(ledger, max_parallel=1)
    stage.trigger("ingest")
    run_id = stage.trigger("mail")["id"]
    view = stage.cancel(run_id)
    assert (view["state"], view["outcome"]) == ("ended", "cancelled")
    assert stage.engine.room.waiting == 0
    stage.spawner.lives.clear()
    stage.end("ingest")
    assert stage.spawner.started[-1]["SEXTON_UPSTREAM_JOB"] == "ingest"  # only its after-job ran


def test_another_job_starts_when_the_queued_run_before_it_was_cancelled() -> None:
    stage = Stage(job("long"), job("a"), job("b"), max_parallel=1)
    stage.start()
    stage.trigger("long")
    first = stage.trigger("a")["id"]
    stage.trigger("b")
    stage.cancel(first)
    stage.end("long")
    assert stage.started() == ["long", "b"]


def test_nothing_is_triggered_while_sexton_stops() -> None:
    stage = staged()
    stage.live("ingest", stubborn=True)
    stage.trigger("ingest")
    stage.stop()
    assert refused(asked(stage, "trigger", "mail")) == "unavailable"


@pytest.mark.parametrize("what", ["run", "cancel"])
def test_the_stores_error_is_the_answer_when_history_cannot_be_read(what: str) -> None:
    stage = staged()
    stage.store.ledger.look = lambda question: StoreError("no")  # type: ignore[method-assign, assignment, return-value]
    assert isinstance(asked(stage, what, 5), StoreError)
    assert isinstance(runs(stage), StoreError)


def test_followers_are_woken_when_the_log_grows_and_when_the_run_ends() -> None:
    stage = staged()
    stage.trigger("mail")
    seen: list[str] = []
    stop = stage.control.follow(1, lambda: seen.append(asked(stage, "run", 1)["state"]))
    log = next(iter(stage.logs.opened.values()))
    log.write(10)
    assert seen == ["running"]
    stage.end("mail")
    assert seen[-1] == "ended"
    stop()
    stop()


def test_a_follower_that_stopped_is_woken_no_more() -> None:
    stage = staged()
    stage.trigger("mail")
    seen: list[int] = []
    stage.control.follow(1, lambda: seen.append(1))()
    stage.end("mail")
    assert seen == []


def test_following_a_run_that_is_over_does_nothing() -> None:
    stage = staged()
    stage.control.follow(99, lambda: None)()
