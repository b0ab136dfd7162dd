"""The files beside the database."""

import os
import stat
from pathlib import Path

import pytest

from sexton.model.errors import StoreError
from sexton.store.ballast import Ballast
from sexton.store.places import place_of
from tests.store.desk import Desk, claim


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "sexton"
    desk = Desk(str(folder / "state.db"))
    desk.do(claim())
    files = {entry.name: mode(entry) for entry in folder.iterdir()}
    assert {"state.db", "state.db-wal", "state.db-shm", "state.db.lock", "state.id", "state.db.ballast"} == set(files)
    assert set(files.values()) == {0o600}
    assert mode(folder) == 0o700
    desk.close()


def test_a_database_that_others_could_read_is_made_private(path: str) -> None:
    Desk(path).close()
    os.chmod(path, 0o644)
    Desk(path).close()
    assert mode(Path(path)) == 0o600


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=f"cannot make the state's folder: .*{tmp_path}/file/x"):
        Desk(str(tmp_path / "file" / "x" / "state.db"))


def test_a_lock_that_cannot_be_made_is_an_error_that_names_it(path: str) -> None:
    os.mkdir(path + ".lock")
    with pytest.raises(StoreError, match=r"cannot lock the state: .*state\.db\.lock"):
        Desk(path)


@pytest.mark.parametrize(
    ("name", "marker"), [("state.db", "state.id"), ("ledger", "ledger.id"), ("a.db.db", "a.db.id")]
)
def test_the_marker_is_named_after_the_database(name: str, marker: str) -> None:
    assert place_of(f"/var/lib/{name}").marker == f"/var/lib/{marker}"


def test_the_lock_file_names_nobody_when_the_state_is_free(path: str) -> None:
    desk = Desk(path)
    assert Path(path + ".lock").read_text() == f"{os.getpid()}\n"
    desk.close()
    assert Path(path + ".lock").read_text() == ""


@pytest.mark.parametrize("read", [False, True])
def test_the_ballast_is_never_a_file_that_is_not_regular(tmp_path: Path, read: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK) if read else None
    ballast = Ballast(str(pipe))
    assert ballast.spent
    assert not ballast.free()
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    if reading is not None:
        os.close(reading)
