"""Where the socket lies: made for us alone, taken over only when nobody answers, removed only when it is ours."""

import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.api.doors.socketfile import SocketFile
from sexton.model.errors import SextonError


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    before = os.umask(0o022)
    yield tmp_path / "run" / "s.sock"
    assert os.umask(before) == 0o022  # nobody has changed it for good


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_and_the_socket_are_ours_alone(place: Path) -> None:
    door = SocketFile(str(place))
    assert (mode(place.parent), mode(place)) == (0o700, 0o600)
    door.close()
    assert not place.exists()


def test_a_stale_socket_is_replaced(place: Path) -> None:
    place.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as killed:  # as a Sexton that was killed leaves it
        killed.bind(str(place))
    door = SocketFile(str(place))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(place))
    door.close()


def test_a_live_socket_is_left_alone(place: Path) -> None:
    first = SocketFile(str(place))
    with pytest.raises(SextonError, match="another Sexton answers there"):
        SocketFile(str(place))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(place))
    first.close()


def test_a_busy_socket_is_left_alone(place: Path) -> None:
    place.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as busy, socket.socket(socket.AF_UNIX) as waiting:
        busy.bind(str(place))
        busy.listen(0)
        waiting.connect(str(place))
        with pytest.raises(SextonError, match="another Sexton answers there"):
            SocketFile(str(place))


def test_a_file_in_its_place_is_left_alone(place: Path) -> None:
    place.parent.mkdir()
    place.write_text("precious")
    with pytest.raises(SextonError, match="no socket"):
        SocketFile(str(place))
    assert place.read_text() == "precious"


def test_a_link_in_its_place_is_left_alone(place: Path) -> None:
    place.parent.mkdir()
    place.symlink_to(place.parent / "elsewhere")
    with pytest.raises(SextonError, match="no socket"):
        SocketFile(str(place))


def test_a_socket_that_took_its_place_is_not_removed(place: Path) -> None:
    first = SocketFile(str(place))
    place.unlink()
    second = SocketFile(str(place))
    first.close()
    assert place.exists()
    second.close()


def test_closing_is_quiet_when_the_file_is_gone(place: Path) -> None:
    door = SocketFile(str(place))
    place.unlink()
    door.close()


@pytest.mark.parametrize("bits", [0o770, 0o702, 0o777])
def test_a_folder_that_others_can_write_in_is_refused(place: Path, bits: int) -> None:
    place.parent.mkdir()
    place.parent.chmod(bits)
    with pytest.raises(SextonError, match="chmod 0700"):
        SocketFile(str(place))


def test_a_folder_like_tmp_is_accepted(place: Path) -> None:
    place.parent.mkdir()
    place.parent.chmod(0o1777)
    SocketFile(str(place)).close()


def test_a_folder_of_somebody_else_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.parent.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(place.parent, 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(SextonError, match="belongs to user"):
        SocketFile(str(place))
    assert not place.exists()


def test_two_that_start_at_once_do_not_take_each_others_socket(place: Path) -> None:
    place.parent.mkdir(mode=0o700)
    folder = os.open(place.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with pytest.raises(SextonError, match="another Sexton is starting"):
        SocketFile(str(place))
    os.close(folder)


def test_a_path_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SextonError, match="choose a shorter one"):
        SocketFile(str(tmp_path / ("x" * 108)))


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SextonError, match="cannot listen"):
        SocketFile(str(tmp_path / "file" / "s.sock"))
