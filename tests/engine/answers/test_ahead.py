"""The plan as the running Sexton has it."""

from typing import Any

from sexton.model.units import DAY, HOUR
from tests.engine.stage import Stage, job
from tests.engine.test_control import asked, refused, staged


def plan(stage: Stage, **keys: Any) -> Any:
    return asked(stage, "plan", **{"start": None, "end": None, "job": None, "limit": 50, **keys})


def test_the_plan_begins_now_and_lasts_a_day() -> None:
    view = plan(staged())
    assert (view["start"], view["end"]) == ("2026-11-22T08:00:00Z", "2026-11-23T08:00:00Z")
    assert [(one["job"], one["slot"]) for one in view["fire_times"]] == [("ingest", "2026-11-22T09:00:00Z")]
    assert (view["count"], view["others"], view["paused"]) == (1, {}, [])


def test_intervals_count_from_the_start_of_this_sexton() -> None:
    stage = Stage(job("tick", "@every 7h from start"))
    stage.start()
    stage.pass_time(HOUR)
    assert [one["fire_time"] for one in plan(stage)["fire_times"]] == [
        "2026-11-22T15:00:00Z", "2026-11-22T22:00:00Z", "2026-11-23T05:00:00Z"
    ]  # fmt: skip


def test_what_is_paused_is_said() -> None:
    stage = staged()
    asked(stage, "pause", "ingest", True)
    assert plan(stage)["paused"] == ["ingest"]


def test_a_job_nobody_knows_and_a_window_that_is_none_are_refused() -> None:
    stage = staged()
    assert refused(plan(stage, job="nobody")) == "not_found"
    assert refused(plan(stage, start="2026-11-23", end="2026-11-22")) == "invalid"
    assert refused(plan(stage, start="noon")) == "invalid"


def test_more_than_the_loop_can_look_at_in_a_turn_is_refused() -> None:
    stage = Stage(*(job(f"job{number}", "@hourly") for number in range(20)))
    stage.start()
    assert refused(plan(stage, end="2034-01-01")) == "invalid"
    assert len(plan(stage, end="2034-01-01", job="job7")["fire_times"]) == 50
    assert plan(stage)["count"] == 20 * DAY // HOUR
