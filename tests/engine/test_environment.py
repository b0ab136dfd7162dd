"""What a run's process is told."""

from sexton.model.process import Process
from sexton.model.units import HOUR
from tests.engine.stage import Stage, job


def told(stage: Stage) -> dict[str, str]:
    env = stage.spawner.started[-1]
    return {name: value for name, value in env.items() if name.startswith("SEXTON_")}


def test_a_fire_times_run_is_told_its_fire_time_and_interval() -> None:
    stage = Stage(job("ingest", "0 9 * * 1-5"))
    stage.start()  # on a Sunday
    stage.loop.advance(25 * HOUR)
    assert told(stage) == {
        "SEXTON_INSTANCE": "state",
        "SEXTON_JOB": "ingest",
        "SEXTON_RUN_ID": "1",
        "SEXTON_ATTEMPT": "1",
        "SEXTON_FENCE": "1",
        "SEXTON_FIRE_TIME": "2026-11-23T09:00:00Z",
        "SEXTON_INTERVAL_START": "2026-11-20T09:00:00Z",
        "SEXTON_INTERVAL_END": "2026-11-23T09:00:00Z",
    }


def test_a_run_by_hand_has_the_moment_it_was_asked_for_and_no_interval() -> None:
    stage = Stage(job("ingest", "0 9 * * *"))
    stage.start()
    stage.loop.advance(90)
    stage.trigger("ingest")
    env = told(stage)
    assert env["SEXTON_FIRE_TIME"] == "2026-11-22T08:00:00.000090Z"
    assert not {"SEXTON_INTERVAL_START", "SEXTON_INTERVAL_END"} & set(env)


def test_there_is_no_interval_start_when_a_first_fire_time_has_none_before_it() -> None:
    stage = Stage(job("ingest", "@every 1h from start"))
    stage.start()
    stage.loop.advance(HOUR)
    assert "SEXTON_INTERVAL_START" not in told(stage)
    assert told(stage)["SEXTON_INTERVAL_END"] == "2026-11-22T09:00:00Z"


def test_the_fence_grows_with_every_run() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    for _ in range(3):
        stage.trigger("ingest")
        stage.end("ingest")
    assert [env["SEXTON_FENCE"] for env in stage.spawner.started] == ["1", "2", "3"]


def test_the_jobs_environment_wins_over_the_containers_and_ours_over_both() -> None:
    process = Process(("./ingest",), env={"PATH": "/opt/bin", "SEXTON_JOB": "forged"})
    stage = Stage(job("ingest")._replace(process=process))
    stage.start()
    stage.trigger("ingest")
    env = stage.spawner.started[0]
    assert (env["PATH"], env["SEXTON_JOB"]) == ("/opt/bin", "ingest")
