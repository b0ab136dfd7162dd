"""The page that is drawn from the run's life table."""

from pathlib import Path

import pytest

from sexton.core.runs import TABLE
from sexton.model.run import Happening, RunState
from tools import diagrams


def test_the_page_is_up_to_date() -> None:
    assert diagrams.main(["--check"]) == 0


def test_every_move_has_its_arrow() -> None:
    drawn = "\n".join(diagrams.diagram())
    for (state, happening), move in TABLE.items():
        if move.to is not None:
            (arrow,) = [line for line in drawn.splitlines() if f" {state} --> {move.to}:" in line]
            assert happening.replace("_", " ") in arrow.partition(": ")[2].split(" / ")


def test_the_table_has_a_cell_for_every_state_and_happening() -> None:
    head, rule, *rows = diagrams.table()
    assert len(rows) == len(Happening)
    assert {line.count("|") for line in (head, rule, *rows)} == {len(RunState) + 2}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the page is to be written."""
    monkeypatch.setattr(diagrams, "TOP", tmp_path)
    monkeypatch.setattr(diagrams, "PAGE", tmp_path / "run-life.md")
    return tmp_path / "run-life.md"


def test_check_finds_a_page_that_is_missing_or_stale_and_writes_nothing(elsewhere: Path) -> None:
    assert diagrams.main(["--check"]) == 1
    assert not elsewhere.exists()
    elsewhere.write_text("old")
    assert diagrams.main(["--check"]) == 1
    assert elsewhere.read_text() == "old"


def test_check_is_content_with_what_was_just_written(elsewhere: Path) -> None:
    assert diagrams.main([]) == 0
    assert diagrams.main(["--check"]) == 0


def test_unknown_arguments_are_refused(elsewhere: Path) -> None:
    assert diagrams.main(["--chekc"]) == 2
    assert not elsewhere.exists()
