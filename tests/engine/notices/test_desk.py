"""Sinks and the outbox as people see them, and what they may want of them."""

from typing import Any

from sexton.engine.answers.health import health_of
from sexton.model.errors import Refused
from sexton.model.health import Level
from sexton.model.notice import Rule, Sink, SinkKind
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.engine.answers.test_metrics import measured
from tests.engine.stage import Stage, job
from tests.engine.told import orders, rule, stage_with

AGAIN = 75


def failing() -> Stage:
    """A stage with a notice for a sink that does not answer."""
    stage = stage_with(job("ingest", "0 * * * *"), rules=(rule(),))
    stage.live("ingest", lasts=0, code=1)
    stage.live("ops", lasts=0, code=AGAIN, complains=b"nobody there\n")
    stage.start()
    stage.pass_time(HOUR + SECOND)
    return stage


def asked(stage: Stage, what: str, *arguments: Any, **keys: Any) -> Any:
    answers: list[Any] = []
    getattr(stage.control.desk, what)(*arguments, answers.append, **keys)
    stage.pass_time(SECOND)
    (answer,) = answers
    return answer


def check(stage: Stage) -> tuple[Level, str]:
    (found,) = [check for check in health_of(stage.engine).checks if check.name == "sink:ops"]
    return found.level, found.output


def test_a_sink_that_fails_shows_in_health_and_is_well_when_it_answers_again() -> None:
    stage = failing()
    assert check(stage) == (Level.WARN, "nobody there; 1 notice is waiting")
    (view,) = asked(stage, "sinks")
    assert (view["state"], view["pending"], view["error"]) == ("failing", 1, "nobody there")
    stage.live("ops", lasts=0)
    stage.pass_time(MINUTE)
    assert check(stage) == (Level.PASS, "")
    (view,) = asked(stage, "sinks")
    assert (view["state"], view["pending"], view["delivered"]) == ("ok", 0, 1)


def test_notices_that_were_given_up_show_in_health() -> None:
    stage = failing()
    stage.live("ops", lasts=0, code=1)
    stage.pass_time(MINUTE)
    stage.live("ops", lasts=0)
    assert asked(stage, "test", "ops")["delivered"]
    (view,) = asked(stage, "sinks")
    assert view["given_up"] == 1
    assert check(stage) == (Level.WARN, "1 notice was given up in the last day; see: sexton outbox --all")


def test_a_notice_that_a_person_has_dropped_leaves_the_sink_well() -> None:
    stage = failing()
    assert asked(stage, "drop", None) == {"notices": 1}
    stage.live("ops", lasts=0)
    assert asked(stage, "test", "ops")["delivered"]
    assert asked(stage, "sinks")[0]["given_up"] == 0
    assert check(stage) == (Level.PASS, "")


def test_a_test_tries_a_sink_that_does_not_answer_and_says_what_came_of_it() -> None:
    stage = failing()
    view = asked(stage, "test", "ops")
    assert (view["delivered"], view["error"]) == (False, "nobody there")
    assert orders(stage)[-1]["notice"]["kind"] == "test"


def test_a_test_of_which_nothing_was_sent_is_no_delivery_and_changes_nothing() -> None:
    stage = stage_with(job("ingest", "0 * * * *"), rules=(rule(),))
    stage.live("ops", lasts=0, says=b'{"unsent": "nothing was sent"}\n')
    stage.start()
    view = asked(stage, "test", "ops")
    assert (view["delivered"], view["error"]) == (False, "nothing was sent")
    (sink,) = asked(stage, "sinks")
    assert (sink["state"], sink["delivered"], sink["last_delivered"]) == ("unused", 0, None)


def trying(kind: SinkKind, options: dict[str, Any], **rules: tuple[Rule, ...]) -> dict[str, Any]:
    """The order of a test of a sink `ops`, of which jobs are told so."""
    jobs = [job(name, "0 * * * *") for name in rules]
    stage = stage_with(*jobs, rules={f"job:{name}": told for name, told in rules.items()})
    stage.plan = stage.read = stage.plan._replace(sinks={"ops": Sink("ops", kind, options)})
    stage.live("ops", lasts=0, says=b'{"note": "done"}\n')
    stage.start()
    view = asked(stage, "test", "ops")
    assert (view["delivered"], view["note"]) == (True, "done")
    return orders(stage)[-1]


def test_a_test_of_mailto_goes_to_each_whom_the_jobs_name_once() -> None:
    named = {"a": (rule(to=("x@y", "z@y")),), "b": (rule(to=("z@y",), sender="cron@y"),)}
    order = trying(SinkKind.MAIL, {"to": ()}, **named)
    assert (order["options"]["to"], order["options"]["from"]) == (["x@y", "z@y"], "cron@y")
    assert "mailto" not in order["options"]
    assert trying(SinkKind.MAIL, {"to": ("own@y",)}, **named)["options"]["to"] == ["own@y"]


def test_a_test_of_a_ping_is_of_the_first_job_that_it_is_told_of() -> None:
    url = {"url": "https://hc-ping.com/key/{{ job }}"}
    assert trying(SinkKind.PING, url, a=(), b=(rule(),), c=(rule(),))["notice"]["job"] == "b"
    assert trying(SinkKind.PING, url)["notice"]["job"] is None


def test_a_test_of_a_sink_that_there_is_not_is_refused() -> None:
    refused = asked(failing(), "test", "op")
    assert isinstance(refused, Refused)
    assert refused.kind == "not_found"
    assert isinstance(asked(_without_sinks(), "test", "ops"), Refused)


def _without_sinks() -> Stage:
    stage = Stage()
    stage.start()
    return stage


def test_a_notice_is_tried_at_once_when_a_person_says_so() -> None:
    stage = failing()
    stage.pass_time(10 * MINUTE)
    stage.live("ops", lasts=0)
    before = len(orders(stage))
    assert asked(stage, "again", None) == {"notices": 1}
    assert len(orders(stage)) == before + 1
    assert [view["state"] for view in asked(stage, "notices", states=(), limit=10)] == ["delivered"]
    assert asked(stage, "again", 1).kind == "not_found"


def test_a_notice_that_was_dropped_can_be_tried_after_all() -> None:
    stage = failing()
    assert asked(stage, "drop", 1) == {"notices": 1}
    (view,) = asked(stage, "notices", states=("dropped",), limit=10)
    assert (view["id"], view["error"], view["title"]) == (1, "dropped by hand", "ingest failed: exit code 1")
    stage.live("ops", lasts=0)
    assert asked(stage, "again", 1) == {"notices": 1}
    assert [view["state"] for view in asked(stage, "notices", states=(), limit=10)] == ["delivered"]


def test_what_was_given_up_is_warned_of_for_a_day_and_over_restarts() -> None:
    stage = failing()
    stage.live("ops", lasts=0, code=1)
    stage.pass_time(MINUTE)
    stage.live("ops", lasts=0)
    asked(stage, "test", "ops")
    stage.start()
    stage.pass_time(SECOND)
    assert "1 notice" in check(stage)[1]
    stage.live("ingest", lasts=0)
    stage.pass_time(DAY)
    assert check(stage) == (Level.PASS, "")


def test_a_sink_that_goes_in_a_reload_takes_its_notices_with_it_and_that_is_said_and_seen() -> None:
    stage = failing()
    stage.read = stage.plan._replace(notify={}, sinks={})
    answers: list[Any] = []
    stage.control.reload(answers.append)
    stage.pass_time(SECOND)
    said = "1 notice for the sink ops, which is gone, is given up"
    assert answers[0].endswith(f"; {said}")
    assert ("warning", f"outbox: {said}") in stage.logs.said
    assert check(stage) == (Level.WARN, "1 notice was given up in the last day; see: sexton outbox --all")
    assert measured(stage)["sexton_notices_given_up_total", "ops"] == 1
    refused = asked(stage, "again", 1)
    assert (refused.kind, str(refused)) == (
        "conflict",
        "notice 1 is for the sink 'ops', which is gone: it can be told to nobody",
    )


def test_all_that_was_given_up_can_be_tried_again() -> None:
    stage = failing()
    stage.live("ops", lasts=0, code=1)
    stage.pass_time(2 * MINUTE)
    stage.live("ops", lasts=0)
    assert asked(stage, "again", None) == {"notices": 1}
    assert [view["state"] for view in asked(stage, "notices", states=(), limit=10)] == ["delivered"]
    assert check(stage) == (Level.PASS, "")
