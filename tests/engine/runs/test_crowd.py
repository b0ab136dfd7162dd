"""Many runs that are due together: all start first, and have their logs then, whatever happens in between."""

from collections.abc import Mapping
from typing import Any

import pytest

from sexton.engine.handover import leave_behind
from sexton.model.process import Process
from sexton.model.units import HOUR
from tests.engine.stage import Stage, job
from tests.engine.staged_world import FakeChild, FakeLog

NAMES = ("one", "two", "three")


@pytest.fixture
def stage() -> Stage:
    """Three jobs of the same fire time, an hour ahead."""
    stage = Stage(*(job(name, "0 9 * * *") for name in NAMES))
    stage.start()
    return stage


def test_all_start_before_the_first_has_its_log(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    def opened(job: str, name: str, *rest: Any) -> FakeLog:
        started.append(len(stage.started()))
        return FakeLog(f"/logs/{job}/{name}")

    monkeypatch.setattr(stage.logs, "open", opened)
    stage.pass_time(HOUR)
    assert started == [3, 3, 3]


def test_each_has_its_log_and_is_told_of_in_the_order_of_the_starts(stage: Stage) -> None:
    stage.pass_time(HOUR)
    assert [path.split("/")[2] for path in stage.logs.opened] == list(NAMES)
    assert [said for _, said in stage.logs.said if "started" in said] == [
        f"{name}: run {number} started" for number, name in enumerate(NAMES, 1)
    ]


def test_a_run_has_its_log_when_its_end_is_seen_before_its_log_is_made(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawn = stage.spawner.spawn

    def short_lived(process: Process, env: Mapping[str, str]) -> FakeChild:
        child = spawn(process, env)
        stage.spawner.end(child.pid)
        stage.loop.post(stage.world.children.reap)  # before anything that is posted after the start
        return child

    monkeypatch.setattr(stage.spawner, "spawn", short_lived)
    stage.pass_time(HOUR)
    assert [row.log for row in stage.rows()] == list(stage.logs.opened)
    assert [log.finished for log in stage.logs.opened.values()] == [True, True, True]


def test_the_others_have_their_logs_when_one_cannot_be_made(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = stage.logs.open

    def failing(job: str, name: str, *rest: Any) -> FakeLog:
        if job == "one":
            raise ValueError("a defect")
        return opened(job, name, *rest)

    monkeypatch.setattr(stage.logs, "open", failing)
    with pytest.raises(ValueError, match="a defect"):
        stage.pass_time(HOUR)
    stage.loop.settle()
    assert [path.split("/")[2] for path in stage.logs.opened] == ["two", "three"]


def test_an_image_that_goes_leaves_the_logs_of_those_just_started(stage: Stage) -> None:
    stage.pass_time(HOUR - 1)
    stage.store.hold()
    stage.pass_time(1)
    stage.store.release()
    while not stage.started():
        stage.loop.turn()
    assert not stage.logs.opened
    left = leave_behind(stage.engine, lambda log: NAMES.index(log.path.split("/")[2]))
    assert [run.log for run in left.runs] == [0, 1, 2]


def test_who_asks_for_a_run_is_told_its_log(stage: Stage) -> None:
    assert stage.trigger("one")["log"] == "/logs/one/20261122T080000Z-1"
