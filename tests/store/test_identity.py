"""A lost database is never taken for an empty history."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.model.errors import StoreError
from sexton.model.ledger import Find
from tests.store.desk import Desk, claim


def run_once(path: str, slot: str = "s1") -> str:
    """One life of a Sexton with one claim in it; the state's id."""
    desk = Desk(path)
    desk.do(claim(slot=slot))
    desk.close()
    return desk.opened.state_id


def marker(path: str) -> Path:
    return Path(path).with_suffix(".id")


def delete(path: str) -> None:
    os.unlink(path)


def empty(path: str) -> None:
    os.truncate(path, 0)


def test_a_first_start_makes_the_database_and_its_marker(path: str) -> None:
    desk = Desk(path)
    assert desk.opened.loss is None
    assert marker(path).read_text() == f"{desk.opened.state_id}\n"
    desk.close()


def test_the_state_keeps_its_id_over_restarts(path: str) -> None:
    first = run_once(path)
    desk = Desk(path)
    assert (desk.opened.state_id, desk.opened.loss) == (first, None)
    desk.close()


def test_two_states_have_different_ids(tmp_path: Path) -> None:
    assert run_once(str(tmp_path / "a.db")) != run_once(str(tmp_path / "b.db"))


@pytest.mark.parametrize(("lose", "sentence"), [(delete, "is gone"), (empty, "is empty")])
def test_a_loss_is_reported_when_the_marker_has_no_database(
    path: str, lose: Callable[[str], None], sentence: str
) -> None:
    first = run_once(path)
    lose(path)
    desk = Desk(path)
    assert desk.opened.loss is not None
    assert sentence in desk.opened.loss
    assert first in desk.opened.loss
    assert desk.opened.state_id != first
    assert marker(path).read_text() == f"{first}\n"
    desk.close()


def test_a_loss_is_reported_again_and_nothing_more_is_lost_when_it_was_not_accepted(path: str) -> None:
    run_once(path)
    delete(path)
    second = run_once(path, slot="s2")
    desk = Desk(path)
    assert desk.opened.loss is not None
    assert desk.opened.state_id == second
    assert [row.slot for row in desk.ask(Find())] == ["s2"]
    desk.close()


def test_a_loss_is_reported_when_the_database_was_swapped(path: str, tmp_path: Path) -> None:
    run_once(path)
    other = run_once(str(tmp_path / "other.db"), slot="s9")
    os.replace(tmp_path / "other.db", path)
    desk = Desk(path)
    assert desk.opened.loss is not None
    assert f"another one, with the id {other}" in desk.opened.loss
    assert [row.slot for row in desk.ask(Find())] == ["s9"]
    desk.close()


def test_an_accepted_loss_is_over(path: str) -> None:
    first = run_once(path)
    delete(path)
    desk = Desk(path)
    desk.opened.accept_loss()
    assert desk.opened.loss is None
    desk.opened.accept_loss()  # nothing more to accept
    desk.close()
    again = Desk(path)
    assert (again.opened.loss, again.opened.state_id) == (None, desk.opened.state_id)
    again.close()
    assert Path(f"{marker(path)}.lost-1").read_text() == f"{first}\n"
    assert not os.path.exists(f"{marker(path)}.lost-2")


def test_no_old_marker_is_overwritten_when_a_second_loss_is_accepted(path: str) -> None:
    lost = []
    for _ in range(2):
        lost.append(run_once(path))
        delete(path)
        desk = Desk(path)
        desk.opened.accept_loss()
        desk.close()
    assert [Path(f"{marker(path)}.lost-{n}").read_text().strip() for n in (1, 2)] == lost


def test_accepting_is_finished_by_the_next_start_when_it_was_cut_short(path: str) -> None:
    run_once(path)
    delete(path)
    second = run_once(path)
    marker(path).rename(f"{marker(path)}.lost-1")
    desk = Desk(path)
    assert desk.opened.loss is None
    assert marker(path).read_text() == f"{second}\n"
    desk.close()


def test_the_marker_is_written_when_the_database_was_copied(path: str, tmp_path: Path) -> None:
    first = run_once(path)
    copy = tmp_path / "elsewhere" / "state.db"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    desk = Desk(str(copy))
    assert (desk.opened.loss, desk.opened.state_id) == (None, first)
    assert marker(str(copy)).read_text() == f"{first}\n"
    desk.close()


def test_a_torn_marker_counts_as_another(path: str) -> None:
    run_once(path)
    marker(path).write_bytes(b"\xff\x00")
    desk = Desk(path)
    assert desk.opened.loss is not None
    desk.close()


def test_a_marker_that_is_no_file_is_refused_and_the_state_is_free_again(path: str) -> None:
    run_once(path)
    marker(path).unlink()
    os.mkfifo(marker(path))
    for _ in range(2):
        with pytest.raises(StoreError, match="not a regular file"):
            Desk(path)


def test_a_state_in_memory_has_an_id_and_nothing_to_lose() -> None:
    first, second = Desk(":memory:"), Desk(":memory:")
    assert first.opened.state_id != second.opened.state_id
    assert first.opened.loss is None
    first.opened.accept_loss()
    first.do(claim())
    assert second.ask(Find()) == ()
    first.close()
    second.close()
