"""Files that are not whole yet: gone on with by their own run only, and taken away by others."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from sexton.steps import parts
from sexton.steps.parts import Parts


@pytest.fixture
def of(tmp_path: Path) -> Iterator[Callable[[str], Parts]]:
    """The parts of a run, beside those of others, in one database."""
    with ExitStack() as stack:

        def begin(run: str) -> Parts:
            db = stack.enter_context(closing(sqlite3.connect(tmp_path / "parts.db", isolation_level=None)))
            return stack.enter_context(closing(Parts(db, str(tmp_path), run)))

        yield begin


def _begun(of: Parts, folder: Path) -> str:
    path = of.path(str(folder), "a")
    os.close(of.open(path, "version 1"))
    return path


def test_a_part_is_gone_on_with_by_the_next_attempt_of_its_run(tmp_path: Path, of: Callable[[str], Parts]) -> None:
    path = _begun(of("1"), tmp_path)
    assert of("1").note(path) == "version 1"
    assert of("1").path(str(tmp_path), "a") == path
    assert of("2").note(path) is None
    assert of("2").path(str(tmp_path), "a") != path


def test_a_part_is_begun_anew_when_it_has_become_a_file_already(tmp_path: Path, of: Callable[[str], Parts]) -> None:
    path = _begun(of("1"), tmp_path)
    os.link(path, tmp_path / "whole")
    assert of("1").note(path) is None
    os.close(of("1").open_anew(path, "version 2"))
    assert not os.path.samefile(path, tmp_path / "whole")


def test_a_part_is_begun_anew_when_it_is_gone_or_the_machine_was_restarted(
    tmp_path: Path, of: Callable[[str], Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _begun(of("1"), tmp_path)
    monkeypatch.setattr(parts, "_boot", lambda: "another")
    assert of("1").note(path) is None
    monkeypatch.undo()
    os.unlink(path)
    assert of("1").note(path) is None


def test_what_other_runs_left_goes_when_a_run_begins(tmp_path: Path, of: Callable[[str], Parts]) -> None:
    one = of("1")
    path = _begun(one, tmp_path)
    folder = one.path(str(tmp_path), "unpacked")
    one.make_folder(folder)
    (Path(folder) / "0").write_text("x")
    of("2").clear()
    assert not os.path.exists(path)
    assert not os.path.exists(folder)


def test_what_another_run_has_stays_while_it_works(tmp_path: Path, of: Callable[[str], Parts]) -> None:
    one = of("1")
    one.clear()
    path = _begun(one, tmp_path)
    of("2").clear()
    assert os.path.exists(path)


def test_nothing_is_removed_that_is_not_called_as_a_part(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    with pytest.raises(ValueError, match="precious"):
        parts.remove(str(tmp_path / "precious"))
    assert (tmp_path / "precious").exists()
