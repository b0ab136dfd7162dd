"""A new plan for an engine that runs: all or nothing, and nothing lost."""

from sexton.model.errors import ConfigError, Problem, Refused
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.stage import Stage, job, service


def test_a_broken_plan_changes_nothing_and_is_said_where_it_was_asked_and_in_the_log() -> None:
    stage = Stage(job("tick", "@every 1m"))
    stage.start()
    answers: list[object] = []
    stage.read = ConfigError([Problem("sexton.toml", 3, "jobs.tick: unknown key `x`")])
    stage.control.reload(answers.append)
    stage.loop.advance(0)
    (answer,) = answers
    assert isinstance(answer, Refused)
    assert (answer.kind, str(answer)) == ("broken_plan", "sexton.toml:3: jobs.tick: unknown key `x`")
    assert ("error", "reload: sexton.toml:3: jobs.tick: unknown key `x`") in stage.logs.said
    stage.pass_time(MINUTE)
    assert stage.outcomes("tick") == ["claimed"]


def test_a_reload_waits_until_what_a_crash_left_has_ended() -> None:
    stage = Stage(job("old"))
    stage.live("old", stubborn=True)
    stage.start()
    stage.trigger("old")
    stage.start()
    assert stage.reload(job("old"), job("tick", "@every 1m"), services=(service("web"),)) is None
    assert stage.started() == ["old"]
    stage.pass_time(3 * SECOND)
    assert stage.started() == ["old", "web"]
    stage.pass_time(MINUTE)
    assert stage.outcomes("tick") == ["claimed"]


def test_a_new_job_owes_nothing_and_runs_from_then_on() -> None:
    stage = Stage()
    stage.start()
    stage.pass_time(HOUR)
    assert stage.reload(job("tick", "@every 1m")) == "reloaded: jobs 1 new; services unchanged"
    stage.live("tick", lasts=SECOND)
    stage.pass_time(2 * MINUTE + SECOND)
    assert stage.outcomes("tick") == ["succeeded", "succeeded"]


def test_no_fire_time_is_lost_or_doubled_when_plans_are_reloaded_all_the_time() -> None:
    stage = Stage(job("tick", "@every 10s"))
    stage.live("tick", lasts=SECOND)
    stage.start()
    for timeout in range(1, 61):
        stage.pass_time(3 * SECOND)
        stage.reload(job("tick", "@every 10s", timeout=timeout * MINUTE))
    times = stage.started("tick")
    assert len(times) == len(set(times)) == 18


def test_a_run_that_goes_on_keeps_the_definition_it_was_claimed_under() -> None:
    stage = Stage(job("ingest", timeout=MINUTE))
    stage.start()
    stage.trigger("ingest")
    stage.reload(job("ingest", timeout=HOUR))
    stage.pass_time(2 * MINUTE)
    assert stage.outcomes("ingest") == ["timeout"]
    stage.trigger("ingest")
    stage.pass_time(2 * MINUTE)
    assert stage.outcomes("ingest") == ["timeout", "claimed"]


def test_a_job_that_has_gone_starts_no_more_and_its_run_ends_in_peace() -> None:
    stage = Stage(job("tick", "@every 1m"), job("next", after={"tick": "any"}))
    stage.start()
    stage.pass_time(MINUTE)
    stage.reload(job("next"))
    stage.end("tick")
    stage.pass_time(HOUR)
    assert stage.outcomes("tick") == ["succeeded"]
    assert stage.outcomes("next") == []


def test_what_waited_for_a_job_that_has_gone_is_cancelled() -> None:
    stage = Stage(job("first"), job("second"), max_parallel=1)
    stage.start()
    stage.trigger("first")
    stage.trigger("second")
    stage.reload(job("first"), max_parallel=1)
    stage.end("first")
    assert stage.outcomes("second") == ["cancelled"]


def test_a_reload_is_refused_when_sexton_is_stopping() -> None:
    stage = Stage(job("slow", stop=HOUR))
    stage.live("slow", stubborn=True)
    stage.start()
    stage.trigger("slow")
    stage.stop()
    assert isinstance(stage.reload(), Refused)


def test_a_job_that_is_back_knows_its_run_that_goes_on() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.trigger("ingest")
    stage.reload()
    stage.reload(job("ingest"))
    assert isinstance(stage.trigger("ingest"), Refused)  # its overlap is skip
    stage.end("ingest")
    stage.trigger("ingest")
    assert stage.outcomes("ingest") == ["succeeded", "claimed"]
