"""The copy of what a listener answers."""

from pathlib import Path

from sexton.logs.keeper import LogKeeper
from sexton.logs.relay import Journal, Relay
from sexton.model.log import Log
from sexton.model.log import Relay as Mode
from sexton.wire.redact import Redactor
from tests.fakes import FakeLoop
from tests.logs.test_relay import Written


def kept(loop: FakeLoop, folder: Path) -> LogKeeper:
    outlet = Written()
    return LogKeeper(loop, str(folder), Relay(outlet, loop.clock, Mode.OFF, 8), Journal(outlet, loop.clock, "text", 8))


def test_what_is_answered_is_appended_and_rotated(loop: FakeLoop, tmp_path: Path) -> None:
    keeper, path = kept(loop, tmp_path), tmp_path / "ear.out"
    for _ in range(2):
        copy = keeper.open_answers("ear", Log(str(path), max_size=1_000))
        copy.write(b"READY\n" * 100)
        copy.close()
    assert path.read_bytes() + (tmp_path / "ear.out.1").read_bytes() == b"READY\n" * 200


def test_a_secret_that_comes_in_pieces_is_not_in_the_copy(loop: FakeLoop, tmp_path: Path) -> None:
    keeper, path = kept(loop, tmp_path), tmp_path / "ear.out"
    keeper.hide(Redactor([b"correct horse"]))
    copy = keeper.open_answers("ear", Log(str(path)))
    for piece in (b"READY\ncorrect", b" horse\ncorr"):
        copy.write(piece)
    assert b"corr" not in path.read_bytes()
    copy.close()
    assert path.read_bytes().startswith(b"READY\n")
    assert path.read_bytes().endswith(b"corr")


def test_the_file_is_closed_with_the_last_copy(loop: FakeLoop, tmp_path: Path) -> None:
    keeper, path = kept(loop, tmp_path), tmp_path / "ear.out"
    first, second = (keeper.open_answers("ear", Log(str(path))) for _ in range(2))
    first.close()
    second.write(b"OK")
    second.close()
    assert path.read_bytes() == b"OK"
