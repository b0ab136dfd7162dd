"""What another process may do to the state, and what is left of one that was killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sexton.model.errors import StateHeld
from sexton.model.ledger import Enlist, Find
from tests.store.desk import Desk

TOP = Path(__file__).parents[2]
Start = Callable[[str, str], "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts tests/store/claimant.py; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start_one(path: str, what: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.store.claimant", path, what],
            cwd=TOP,
            env={**os.environ, "PYTHONPATH": f"{TOP}/src:{TOP}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(child)
        return child

    yield start_one
    for child in started:
        child.kill()
        child.communicate()


def line(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_a_second_process_is_told_the_pid_of_the_one_that_holds_the_state(path: str, start: Start) -> None:
    holder = start(path, "hold")
    assert line(holder) == "open"
    with pytest.raises(StateHeld, match=f"process {holder.pid} holds it"):
        Desk(path)
    second = start(path, "hold")
    assert f"process {holder.pid} holds it" in line(second)
    assert second.wait() == 75


def test_the_state_is_free_when_its_holder_was_killed(path: str, start: Start) -> None:
    holder = start(path, "hold")
    assert line(holder) == "open"
    holder.kill()
    holder.wait()
    Desk(path).close()


def test_the_state_is_free_when_its_holder_has_closed_it(path: str, start: Start) -> None:
    Desk(path).close()
    holder = start(path, "hold")
    assert line(holder) == "open"


def test_the_state_is_held_by_whatever_name_it_is_opened(path: str, tmp_path: Path) -> None:
    alias = tmp_path / "alias.db"
    alias.symlink_to(path)
    desk = Desk(path)
    with pytest.raises(StateHeld):
        Desk(str(alias))
    desk.close()


@pytest.mark.parametrize("acknowledged", [1, 2, 50, 201])
def test_nothing_acknowledged_is_missing_when_the_process_was_killed(
    path: str, start: Start, acknowledged: int
) -> None:
    child = start(path, "work")
    assert line(child) == "open"
    said = [line(child) for _ in range(acknowledged)]
    child.kill()
    rest, _ = child.communicate()
    said += rest.split("\n")[:-1]
    claimed, ended = ({int(n) for word, n in map(str.split, said) if word == kind} for kind in ("claimed", "ended"))

    desk = Desk(path)
    rows = desk.ask(Find(limit=10**6))
    slots = {int(row.slot[1:]): row for row in rows}
    assert claimed <= set(slots)
    assert {number for number, row in slots.items() if row.state == "ended"} >= ended
    assert len(slots) <= len(claimed) + 1
    assert [row.slot for row in desk.opened.claimed()] == [row.slot for row in rows if row.state == "claimed"]
    (enlisted,) = desk.do(Enlist({"ingest": "@daily"}, 0))
    assert enlisted.watermarks["ingest"] == max(slots)
    desk.close()
