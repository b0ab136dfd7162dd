"""What is measured of jobs, services and sinks."""

from typing import Any

from sexton.engine.answers.metrics import METRICS
from sexton.model.units import HOUR, MINUTE, SECOND
from sexton.wire.metrics import Family
from tests.engine.stage import Stage, job, service
from tests.engine.told import rule, stage_with
from tests.fakes import WALL


def measured(stage: Stage) -> dict[tuple[str, ...], float]:
    """Each sample's value by the names of its family and of what its labels say."""
    answers: list[list[Family]] = []
    stage.control.metrics(answers.append)
    stage.loop.advance(0)
    (families,) = answers
    return {(family.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_runs_are_counted_by_outcome_and_the_last_success_is_known() -> None:
    stage = Stage(job("ingest", "* * * * *"))
    stage.start()
    stage.live("ingest", lasts=SECOND)
    stage.pass_time(2 * MINUTE + 30 * SECOND)
    stage.live("ingest", lasts=SECOND, code=1)
    stage.pass_time(MINUTE)
    found = measured(stage)
    assert found["sexton_job_runs_total", "ingest", "succeeded"] == 2
    assert found["sexton_job_runs_total", "ingest", "failed"] == 1
    assert found["sexton_job_last_success_timestamp_seconds", "ingest"] == (WALL + 2 * MINUTE + SECOND) / SECOND
    assert found["sexton_job_last_run_timestamp_seconds", "ingest"] == (WALL + 3 * MINUTE + SECOND) / SECOND
    assert found["sexton_job_last_run_duration_seconds", "ingest"] == 1
    assert found["sexton_job_next_fire_timestamp_seconds", "ingest"] == (WALL + 4 * MINUTE) / SECOND
    assert (found["sexton_job_running", "ingest"], found["sexton_job_late", "ingest"]) == (0, False)


def test_a_success_of_before_the_start_is_known_and_counted_no_more() -> None:
    stage = Stage(job("ingest", "0 * * * *"))
    stage.start()
    stage.live("ingest", lasts=SECOND)
    stage.pass_time(HOUR + MINUTE)
    stage.stop()
    stage.start()
    found = measured(stage)
    assert found["sexton_job_last_success_timestamp_seconds", "ingest"] == (WALL + HOUR + SECOND) / SECOND
    assert ("sexton_job_runs_total", "ingest", "succeeded") not in found


def test_what_is_skipped_is_counted() -> None:
    stage = Stage(job("ingest", "* * * * *"))
    stage.start()
    stage.live("ingest")
    stage.pass_time(3 * MINUTE)
    found = measured(stage)
    assert found["sexton_job_runs_total", "ingest", "skipped"] == 2
    assert found["sexton_job_running", "ingest"] == 1


def test_services_have_a_state_and_starts() -> None:
    stage = Stage(services=(service("db"), service("web", "db")))
    stage.live("db", lasts=0, code=1)
    stage.start()
    stage.pass_time(MINUTE)
    found = measured(stage)
    assert found["sexton_service_state", "db", "fatal"] == 1
    assert (found["sexton_service_up", "db"], found["sexton_service_up", "web"]) == (False, False)
    assert found["sexton_service_starts_total", "db"] > 1
    assert found["sexton_service_starts_total", "web"] == 0


def test_sinks_have_what_waits_and_what_became_of_it() -> None:
    stage = stage_with(job("ingest", "0 * * * *"), rules=(rule(),))
    stage.live("ingest", lasts=0, code=1)
    stage.live("ops", lasts=0, code=75)
    stage.start()
    stage.pass_time(HOUR + SECOND // 2)  # it is tried again after a second
    found: Any = measured(stage)
    assert (found["sexton_outbox_pending", "ops"], found["sexton_sink_failing", "ops"]) == (1, True)
    assert found["sexton_notices_failed_total", "ops"] == 1
    stage.live("ops", lasts=0)
    stage.pass_time(MINUTE)
    found = measured(stage)
    assert (found["sexton_outbox_pending", "ops"], found["sexton_sink_failing", "ops"]) == (0, False)
    assert found["sexton_notices_delivered_total", "ops"] == 1


def test_a_job_that_has_gone_is_measured_no_more() -> None:
    stage = Stage(job("ingest", "* * * * *"))
    stage.start()
    stage.live("ingest", lasts=SECOND)
    stage.pass_time(90 * SECOND)
    stage.reload()
    assert [key for key in measured(stage) if "ingest" in key] == []


def test_names_are_as_prometheus_wants_them() -> None:
    for name, (kind, text, _) in METRICS.items():
        assert name.startswith(("sexton_", "process_"))
        assert (kind == "counter") == name.endswith("_total"), name
        assert text.endswith(".")
