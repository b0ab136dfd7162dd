"""Views of jobs that are kept: the same while nothing changes, and never stale."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.engine.answers.job_views import JobViews
from sexton.engine.answers.views import job_view
from sexton.model.units import HOUR, MINUTE
from sexton.model.views import JobView
from tests.engine.stage import Stage, job


def staged() -> Stage:
    stage = Stage(job("ingest", "0 9 * * *"), job("mail"))
    stage.start()
    return stage


def look(stage: Stage, views: JobViews, name: str = "ingest") -> JobView:
    return views.view(stage.world.jobs[name], stage.clock.wall, stage.world.off)


def test_a_view_is_the_same_object_while_nothing_changes() -> None:
    stage, views = staged(), JobViews()
    first = look(stage, views)
    stage.pass_time(10 * MINUTE)
    assert look(stage, views) is first


def test_a_view_is_new_when_its_fire_time_has_passed() -> None:
    stage, views = staged(), JobViews()
    first = look(stage, views)
    stage.clock.wall += HOUR
    assert first["next"] == "2026-11-22T09:00:00Z"
    assert look(stage, views)["next"] == "2026-11-23T09:00:00Z"


def test_a_view_is_new_when_the_wall_clock_was_set_back() -> None:
    stage, views = staged(), JobViews()
    look(stage, views)
    stage.clock.wall -= 24 * HOUR
    stage.world.jobs["ingest"].watermark = 0
    assert look(stage, views)["next"] == "2026-11-21T09:00:00Z"


def test_a_running_job_is_looked_at_anew_each_time() -> None:
    stage, views = staged(), JobViews()
    look(stage, views, "mail")
    stage.trigger("mail")
    stage.clock.wall += MINUTE
    assert look(stage, views, "mail")["running"][0]["seconds"] == 60.0
    stage.clock.wall += MINUTE
    assert look(stage, views, "mail")["running"][0]["seconds"] == 120.0


STEPS = ("pass_time", "trigger", "end", "pause", "resume", "step_back", "other_job")


@settings(derandomize=True, deadline=None, max_examples=60)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=12))
def test_a_kept_view_says_what_a_new_one_would(steps: list[str]) -> None:
    stage, views = staged(), JobViews()
    for step in steps:
        take(stage, step)
        for name, entry in stage.world.jobs.items():
            assert look(stage, views, name) == job_view(entry, stage.clock.wall, stage.world.off)


def take(stage: Stage, step: str) -> None:
    if step == "pass_time":
        stage.pass_time(20 * MINUTE)
    elif step == "trigger":
        stage.trigger("ingest")
    elif step == "end" and stage.spawner.pids("ingest"):
        stage.end("ingest")
    elif step == "pause":
        stage.world.off.add(("job", "ingest"))
    elif step == "resume":
        stage.world.off.discard(("job", "ingest"))
    elif step == "step_back":
        stage.clock.wall -= 2 * HOUR
    elif step == "other_job":
        entry = stage.world.jobs["mail"]
        entry.job = entry.job._replace(priority=entry.job.priority + 1)
