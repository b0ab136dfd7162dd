"""Jobs and runs as JSON."""

import pytest

from sexton.engine.answers.views import job_view
from sexton.model.process import Process
from sexton.model.units import HOUR, MILLISECOND
from tests.engine.stage import Stage, job
from tests.engine.staged_world import KILL


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        (("/bin/sh", "-c", "make | tee log"), "make | tee log"),
        (("./ingest.sh", "two words"), "./ingest.sh 'two words'"),
        (("/bin/sh", "-c", "echo $0", "x"), "/bin/sh -c 'echo $0' x"),
    ],
)
def test_a_command_is_shown_as_a_person_would_type_it(argv: tuple[str, ...], command: str) -> None:
    stage = Stage(job("ingest")._replace(process=Process(argv)))
    stage.start()
    assert job_view(stage.world.jobs["ingest"], stage.clock.wall)["command"] == command


def test_a_job_without_schedule_has_no_zone_and_nothing_next() -> None:
    stage = Stage(job("ingest"), job("mail", after={"ingest": "any"}))
    stage.start()
    view = job_view(stage.world.jobs["mail"], stage.clock.wall)
    assert (view["schedule"], view["timezone"], view["next"], view["after"]) == ([], None, None, ["ingest"])


def test_next_is_after_now_even_when_the_watermark_lags() -> None:
    stage = Stage(job("long"), job("ingest", "0 * * * *"), max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.loop.advance(3 * HOUR)
    view = job_view(stage.world.jobs["ingest"], stage.clock.wall)
    assert (view["state"], view["next"]) == ("waiting", "2026-11-22T12:00:00Z")


def test_a_run_that_goes_shows_how_long_it_has_gone() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.trigger("ingest")
    stage.loop.advance(1500 * MILLISECOND)
    (view,) = job_view(stage.world.jobs["ingest"], stage.clock.wall)["running"]
    assert (view["seconds"], view["ended"], view["tail"]) == (1.5, None, [])


def test_a_signal_is_shown_by_its_name() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.trigger("ingest")
    stage.spawner.signal(stage.spawner.pids("ingest")[0], KILL)
    stage.loop.advance(0)
    last = job_view(stage.world.jobs["ingest"], stage.clock.wall)["last"]
    assert last is not None
    assert (last["signal"], last["exit_code"], last["reason"]) == ("SIGKILL", None, "killed by SIGKILL")
    assert (last["tail"], last["pid"]) == ([f"last line of {last['log']}"], None)
