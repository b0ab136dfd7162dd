"""The pages that are drawn from the life tables of runs, services and listeners."""

from pathlib import Path

import pytest

from tools import diagrams
from tools.diagrams import LIVES, RUN, SERVICE, Life

each_life = pytest.mark.parametrize("life", LIVES, ids=["run", "service", "listener"])


def test_the_pages_are_up_to_date() -> None:
    assert diagrams.main(["--check"]) == 0


@each_life
def test_every_move_has_its_arrow(life: Life) -> None:
    drawn = "\n".join(diagrams.diagram(life))
    for (state, happening), move in life.table.items():
        if move.to is not None:
            (arrow,) = [line for line in drawn.splitlines() if f" {state} --> {move.to}:" in line]
            assert happening.replace("_", " ") in arrow.partition(": ")[2].split(" / ")


@each_life
def test_the_table_has_a_cell_for_every_state_and_happening(life: Life) -> None:
    head, rule, *rows = diagrams.table(life)
    assert len(rows) == len(life.happenings)
    assert {line.count("|") for line in (head, rule, *rows)} == {len(life.states) + 2}


def test_a_run_ends_and_a_service_may_always_be_started_again() -> None:
    assert "    ended --> [*]" in diagrams.diagram(RUN)
    assert not any(line.endswith("--> [*]") for line in diagrams.diagram(SERVICE))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the pages are to be written."""
    monkeypatch.setattr(diagrams, "DOCS", tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", ["run-life.md", "service-life.md", "listener-life.md"])
def test_check_finds_a_page_that_is_missing_or_stale_and_writes_nothing(elsewhere: Path, page: str) -> None:
    diagrams.main([])
    (elsewhere / page).unlink()
    assert diagrams.main(["--check"]) == 1
    assert not (elsewhere / page).exists()
    (elsewhere / page).write_text("old")
    assert diagrams.main(["--check"]) == 1
    assert (elsewhere / page).read_text() == "old"


def test_check_is_content_with_what_was_just_written(elsewhere: Path) -> None:
    assert diagrams.main([]) == 0
    assert diagrams.main(["--check"]) == 0


def test_unknown_arguments_are_refused(elsewhere: Path) -> None:
    assert diagrams.main(["--chekc"]) == 2
    assert list(elsewhere.iterdir()) == []
