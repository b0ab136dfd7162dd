"""What is told of runs that wait and are cancelled, and of those that had several attempts."""

from typing import Any

from sexton.model.job import Overlap, Retry
from sexton.model.units import MINUTE, SECOND
from tests.engine.stage import Stage, job
from tests.engine.told import orders, rule, stage_with, told

TWICE = Retry(2, 10 * SECOND)
MAILTO = rule("mailto", "failed", "succeeded", "cancelled", each=True, to=("x@y",))


def queued(*names: str, **keys: Any) -> Stage:
    """A stage on which one run goes, and another waits for it."""
    ruled = rule(*(names or ("ops", "cancelled")), **keys)
    stage = stage_with(job("ingest", overlap=Overlap.QUEUE), rules=(ruled,))
    stage.start()
    for _ in range(2):
        stage.trigger("ingest")
    return stage


def tried(*rules: Any) -> Stage:
    """A stage on which a run has printed something, failed, and waits for its other attempt."""
    stage = stage_with(job("ingest", retry=TWICE), rules=rules)
    stage.start()
    stage.trigger("ingest")
    (log,) = stage.logs.opened.values()
    log.write(100)
    stage.end("ingest", code=3)
    return stage


def test_a_run_that_is_cancelled_while_it_waits_for_another_is_told() -> None:
    stage = queued()
    stage.cancel(2)
    stage.pass_time(SECOND)
    assert told(stage) == [("ops", "ingest cancelled: cancelled by hand")]
    assert orders(stage)[0]["notice"]["run"] == 2


def test_a_run_that_is_cancelled_before_its_next_attempt_is_told_with_its_log() -> None:
    stage = tried(rule("hc", "started", "failed", "cancelled", each=True))
    stage.cancel(1)
    stage.pass_time(SECOND)
    assert told(stage) == [("hc", "ingest started"), ("hc", "ingest cancelled: cancelled by hand")]
    notice = orders(stage)[1]["notice"]
    assert (notice["attempt"], notice["attempts"], notice["log"]) == (1, 2, next(iter(stage.logs.opened)))


def test_a_run_that_waits_when_its_job_leaves_the_plan_is_told() -> None:
    stage = tried(rule("ops", "cancelled"))
    stage.plan = stage.plan._replace(notify={})
    stage.reload()
    stage.pass_time(SECOND)
    assert told(stage) == [("ops", "ingest cancelled: the job is no longer in the plan")]


def test_a_cancelled_run_that_printed_nothing_is_no_mail_of_crons() -> None:
    stage = queued("mailto", "cancelled", each=True, to=("x@y",))
    stage.cancel(2)
    stage.cancel(1)
    stage.pass_time(MINUTE)
    assert stage.outcomes("ingest") == ["cancelled"] * 2
    assert told(stage) == []


def test_what_an_earlier_attempt_has_printed_is_mailed_though_the_last_was_silent() -> None:
    stage = tried(MAILTO)
    stage.live("ingest", lasts=SECOND)
    stage.pass_time(MINUTE)
    assert told(stage) == [("mailto", "ingest succeeded")]
    first, last = stage.logs.opened
    assert (orders(stage)[0]["notice"]["earlier_logs"], orders(stage)[0]["notice"]["log"]) == ([first], last)


def test_a_success_whose_every_attempt_was_silent_is_mailed_to_nobody() -> None:
    stage = stage_with(job("ingest", retry=TWICE), rules=(MAILTO,))
    stage.live("ingest", lasts=SECOND, code=3, good_from=2)
    stage.start()
    stage.trigger("ingest")
    stage.pass_time(MINUTE)
    assert (stage.outcomes("ingest"), told(stage)) == (["succeeded"], [])
