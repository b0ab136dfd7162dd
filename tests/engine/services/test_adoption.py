"""Services that a plan does not have and the next one has again, while something of them lives still."""

import pytest

from sexton.model.process import Process
from sexton.model.service import Service
from sexton.model.units import SECOND
from tests.engine.stage import Stage, service
from tests.engine.staged_world import Life

WEB = service("web", stop=3 * SECOND)
OTHER = WEB._replace(process=Process(("./other",)))


def leaving(*services: Service) -> Stage:
    """`web` is no longer in the plan, and takes its time to stop."""
    stage = Stage(services=(WEB, *services))
    stage.live("web", stubborn=True)
    stage.start()
    stage.pass_time(5 * SECOND)
    stage.live("web")
    stage.reload(services=services)
    assert len(stage.spawner.pids("web")) == 1
    return stage


@pytest.mark.parametrize("again", [WEB, OTHER], ids=["as it was", "changed"])
def test_a_service_that_is_back_gets_its_process_when_the_old_one_is_gone(again: Service) -> None:
    stage = leaving()
    stage.reload(services=(again,))
    assert len(stage.spawner.pids("web")) == 1
    stage.pass_time(3 * SECOND)
    assert (len(stage.started()), len(stage.spawner.pids("web"))) == (2, 1)
    stage.pass_time(2 * SECOND)
    assert stage.states() == {"web": "running"}


def test_a_service_that_goes_comes_and_goes_is_gone() -> None:
    stage = leaving()
    stage.reload(services=(WEB,))
    stage.reload()
    stage.pass_time(5 * SECOND)
    assert (stage.states(), stage.started()) == ({}, ["web"])


def test_a_service_that_is_back_and_does_not_start_by_itself_is_stopped() -> None:
    stage = leaving()
    stage.reload(services=(WEB._replace(autostart=False),))
    stage.pass_time(5 * SECOND)
    assert (stage.states(), stage.started()) == ({"web": "stopped"}, ["web"])


def test_a_stop_of_sexton_waits_for_what_was_leaving_and_is_back() -> None:
    stage = leaving()
    stage.reload(services=(WEB,))
    stage.stop()
    assert stage.finished == 0
    stage.pass_time(3 * SECOND)
    assert (stage.finished, stage.started()) == (1, ["web"])


@pytest.mark.parametrize(("again", "processes"), [(WEB, 1), (OTHER, 2)], ids=["as it was", "changed"])
def test_a_process_stays_when_its_stop_has_not_begun_and_it_is_wanted_again(again: Service, processes: int) -> None:
    front = service("front", "web", stop=2 * SECOND)
    stage = Stage(services=(WEB, front))
    stage.spawner.lives["front"] = Life(stubborn=True)
    stage.start()
    stage.pass_time(5 * SECOND)
    stage.reload(services=())
    assert stage.states() == {"web": "running", "front": "stopping"}  # `web` stops when `front` is gone
    stage.reload(services=(again,))
    stage.pass_time(5 * SECOND)
    assert stage.states() == {"web": "running"}
    assert stage.started().count("web") == processes
