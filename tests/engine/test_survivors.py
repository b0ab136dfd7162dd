"""Processes that outlived what they belong to: asked to end, then killed, all of them waited for."""

import pytest

from sexton.engine.survivors import Survivors
from sexton.model.process import Process
from sexton.model.units import SECOND
from tests.engine.stage import Stage, job, service
from tests.engine.staged_world import KILL, Life

TERM = 15
MARK = {"SEXTON_INSTANCE": "state"}


class Left:
    """A stage with processes on it that nobody owns, and who hears that they are gone."""

    def __init__(self) -> None:
        self.stage = Stage(job("ingest", stop=2 * SECOND), services=(service("web", stop=4 * SECOND, autostart=False),))
        self.stage.start()
        self.gone = 0
        self.survivors = Survivors(self.stage.world, self._hear)

    def leave(self, *, stubborn: bool = True, **env: str) -> int:
        name = env.get("SEXTON_JOB") or env.get("SEXTON_SERVICE", "")
        self.stage.spawner.lives[name] = Life(stubborn=stubborn)
        return self.stage.spawner.spawn(Process(("./x",)), MARK | {"SEXTON_SERVICE": name} | env).pid

    def end(self, patience: int) -> None:
        self.survivors.end(patience, spare=lambda carrier: carrier.env.get("SPARED") == "yes", why="is left")
        self.stage.loop.advance(0)

    def _hear(self) -> None:
        self.gone += 1


def test_each_is_asked_to_end_and_the_last_end_is_told() -> None:
    left = Left()
    left.leave(SEXTON_SERVICE="web", stubborn=False)
    left.leave(SEXTON_JOB="ingest", SEXTON_RUN_ID="7", stubborn=False)
    left.end(60 * SECOND)
    assert (left.gone, len(left.survivors), left.stage.spawner.alive) == (1, 0, {})
    assert left.stage.spawner.signals == [("web", TERM), ("ingest", TERM)]
    warned = [said for level, said in left.stage.logs.said if level == "warning"]
    assert [said.split(":")[0] for said in warned] == ["web", "ingest run 7"]


@pytest.mark.parametrize(
    ("env", "patience", "seconds"),
    [
        ({"SEXTON_JOB": "ingest"}, 60, 2),
        ({"SEXTON_SERVICE": "web"}, 60, 4),
        ({"SEXTON_SERVICE": "web"}, 3, 3),
        ({"SEXTON_SERVICE": "was taken out of the plan"}, 60, 10),
    ],
)
def test_the_stubborn_are_killed_after_their_stop_timeout_or_the_callers_patience(
    env: dict[str, str], patience: int, seconds: int
) -> None:
    left = Left()
    left.leave(stubborn=True, **env)
    left.end(patience * SECOND)
    left.stage.loop.advance(seconds * SECOND - 1)
    assert (left.gone, [signum for _, signum in left.stage.spawner.signals]) == (0, [TERM])
    left.stage.loop.advance(1)
    assert (left.gone, [signum for _, signum in left.stage.spawner.signals]) == (1, [TERM, KILL])


def test_who_is_to_be_spared_is_not_touched() -> None:
    left = Left()
    spared = left.leave(SEXTON_SERVICE="web", SPARED="yes")
    left.end(0)
    assert (list(left.stage.spawner.alive), left.stage.spawner.signals, len(left.survivors)) == ([spared], [], 0)
    assert all(carrier.closed for carrier in left.stage.spawner.given)


def test_no_descriptor_stays_open_or_watched() -> None:
    left = Left()
    left.leave(SEXTON_SERVICE="web")
    left.leave(SEXTON_SERVICE="web", stubborn=False)
    left.end(0)
    assert (left.gone, left.stage.loop.watches) == (1, {})
    assert all(carrier.closed for carrier in left.stage.spawner.given)
