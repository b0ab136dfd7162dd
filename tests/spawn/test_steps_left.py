"""What is read of the folder that a lost run has left: records, and nothing that is none."""

import os
from pathlib import Path

import pytest

from sexton.model.step import StepRecord, StepState
from sexton.spawn.steps_left import steps_done
from sexton.wire.step_record import spelled

DONE = StepRecord(1, "one", 2, 1000, StepState.SUCCEEDED, 2000, 0)
OWNER = "here\n7\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run's, in which the first step is done and the second has begun."""
    (tmp_path / "of").write_text(OWNER)
    (tmp_path / "01-one.done").write_text(f"digest\n{spelled(DONE)}")
    (tmp_path / "02-two").mkdir()
    return tmp_path


def states(folder: Path, owner: str = OWNER) -> list[tuple[str, str]]:
    return [(step.name, step.state) for step in steps_done(str(folder), owner, ["one", "two", "three"])]


def test_what_is_done_and_what_was_cut_off_is_read(folder: Path) -> None:
    assert states(folder) == [("one", "succeeded"), ("two", "lost")]
    assert steps_done(str(folder), OWNER, ["one"]) == [DONE]


def test_nothing_is_read_of_another_runs_folder(folder: Path) -> None:
    assert states(folder, "elsewhere\n7\n") == []
    assert states(folder / "none") == []


def test_what_is_no_record_ends_the_list(folder: Path) -> None:
    (folder / "01-one.done").write_text("digest\nnonsense")
    assert states(folder) == []


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_not_read(folder: Path, make: object) -> None:
    (folder / "01-one.done").unlink()
    make(folder / "01-one.done")  # type: ignore[operator]
    assert states(folder) == []


def test_no_link_is_followed(folder: Path) -> None:
    (folder / "01-one.done").rename(folder / "elsewhere")
    (folder / "01-one.done").symlink_to("elsewhere")
    assert states(folder) == []
