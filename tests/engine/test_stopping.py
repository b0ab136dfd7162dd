"""Once a stop has begun no process is started any more, whatever was on its way."""

from collections.abc import Callable
from typing import Any

import pytest

from sexton.model.errors import Refused, SpawnError
from sexton.model.process import Process
from sexton.model.service import Restart, Service
from sexton.model.units import MINUTE, SECOND
from tests.engine.stage import Stage, job, service
from tests.engine.staged_world import Life

SLOW = service("slow")  # keeps Sexton from being over at once
OTHER = Process(("./other",))


def up(*services: Service) -> Stage:
    """The services have been going for a while, and `slow` does not heed its stop signal."""
    stage = Stage(services=(SLOW, *services))
    stage.spawner.lives["slow"] = Life(stubborn=True)
    stage.start()
    stage.pass_time(5 * SECOND)
    stage.spawner.started.clear()
    return stage


def disable(stage: Stage, name: str, off: bool) -> list[Any]:
    answers: list[Any] = []
    stage.control.disable(name, off, answers.append)
    return answers


@pytest.mark.parametrize(
    "services", [(SLOW, service("web")._replace(process=OTHER)), (SLOW, service("web"), service("new"))]
)
def test_a_reload_changes_nothing_when_a_stop_begins_while_the_files_are_read(services: tuple[Service, ...]) -> None:
    stage = up(service("web"))
    stage.read = stage.plan._replace(services={each.name: each for each in services})
    answers: list[Any] = []
    stage.control.reload(answers.append)
    stage.stop()
    (answer,) = answers
    assert isinstance(answer, Refused)
    assert (answer.kind, stage.started()) == ("unavailable", [])
    assert stage.world.plan is stage.plan
    assert not any(said.startswith("reloaded") for _, said in stage.logs.said)


def test_a_reload_just_applied_starts_nothing_more_when_a_stop_begins() -> None:
    stage = up(service("db"), service("web", "db"))
    stage.spawner.alive[stage.spawner.pids("db")[0]].life = Life(stubborn=True)
    stage.reload(services=(SLOW, service("db")._replace(process=OTHER), service("web", "db")))
    assert stage.states()["db"] == "stopping"
    stage.stop()
    stage.pass_time(MINUTE)
    assert (stage.started(), stage.finished) == ([], 1)


def test_a_restart_under_way_ends_as_a_stop() -> None:
    stage = up(service("web", stop=2 * SECOND))
    stage.spawner.alive[stage.spawner.pids("web")[0]].life = Life(stubborn=True)
    stage.steer("web", "restart")
    stage.stop()
    stage.pass_time(3 * SECOND)
    assert (stage.states()["web"], stage.started()) == ("stopped", [])


def test_a_pause_before_the_next_process_is_the_last_one() -> None:
    stage = up(service("web", start_seconds=MINUTE))
    stage.end("web", 1)
    stage.stop()
    stage.pass_time(5 * SECOND)
    assert (stage.states()["web"], stage.started()) == ("stopped", [])


@pytest.mark.parametrize("restart", [Restart.ALWAYS, Restart.UNEXPECTED])
def test_a_crash_is_not_answered(restart: Restart) -> None:
    stage = up(service("db", restart=restart), service("web", "db", stop=6 * SECOND))
    stage.spawner.alive[stage.spawner.pids("web")[0]].life = Life(stubborn=True)
    stage.stop()
    assert stage.states()["db"] == "running"  # its turn has not come
    stage.end("db", 1)
    assert (stage.states()["db"], stage.started()) == ("exited", [])


@pytest.mark.parametrize(
    "wish",
    [
        lambda stage: stage.steer("web", "start"),
        lambda stage: stage.steer("web", "restart"),
        lambda stage: disable(stage, "web", off=False),
    ],
    ids=["start", "restart", "enable"],
)
def test_a_wish_to_start_is_refused(wish: Callable[[Stage], list[Any]]) -> None:
    stage = up(service("web"))
    disable(stage, "web", off=True)
    stage.loop.advance(0)
    stage.stop()
    (answer,) = wish(stage)
    stage.loop.advance(0)
    assert isinstance(answer, Refused)
    assert (answer.kind, stage.started()) == ("unavailable", [])


def test_a_service_enabled_at_the_last_moment_is_started_by_the_next_sexton() -> None:
    stage = up(service("web"))
    disable(stage, "web", off=True)
    stage.loop.advance(0)
    stage.store.hold()
    answers = disable(stage, "web", off=False)
    stage.loop.advance(0)
    stage.stop()
    stage.store.release()
    stage.loop.advance(0)
    assert (answers[0]["name"], stage.world.off, stage.started()) == ("web", set(), [])


def test_a_job_may_be_paused_for_the_next_sexton() -> None:
    stage = Stage(job("tick", "@every 1m"), services=(SLOW,))
    stage.live("slow", stubborn=True)
    stage.start()
    stage.stop()
    answers: list[Any] = []
    stage.control.pause("tick", True, answers.append)
    stage.loop.advance(0)
    assert answers[0]["paused"] is True


def test_there_is_one_door_to_processes_and_a_stop_closes_it() -> None:
    stage = up()
    stage.stop()
    with pytest.raises(SpawnError, match="stopping"):
        stage.world.spawn(OTHER, {"SEXTON_SERVICE": "web"})
    assert stage.started() == []
