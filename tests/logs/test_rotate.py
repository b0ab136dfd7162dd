"""Rotation: what moves where, what goes, and what is never touched."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.logs import files, rotate
from sexton.logs.appender import Appender
from sexton.logs.rotate import begin_anew
from sexton.model.log import Log

ZEROS = b"0" * 59 + b"\n"


def appending(path: Path, max_size: int | None = 100, keep: int = 3) -> Appender:
    path.parent.mkdir(exist_ok=True)
    file, size = files.open_append(str(path))
    return Appender(str(path), file, Log(max_size=max_size, keep=keep), size).use()


def held(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in sorted(folder.iterdir()) if file.is_file()}


def write(path: Path, *pieces: bytes, max_size: int | None = 100, keep: int = 3) -> Appender:
    log = appending(path, max_size, keep)
    for piece in pieces:
        assert log.write(piece) == len(piece)
    log.leave()
    return log


def test_the_file_begins_anew_before_it_grows_too_long_and_the_older_ones_move_up(tmp_path: Path) -> None:
    log = write(tmp_path / "x.log", *(b"%d" % n * 59 + b"\n" for n in range(3)))
    assert held(tmp_path) == {"x.log": "2" * 59 + "\n", "x.log.1": "1" * 59 + "\n", "x.log.2": "0" * 59 + "\n"}
    assert (log.shed, log.failure) == (0, "")


def test_the_oldest_goes_and_is_counted_when_there_are_more_than_are_kept(tmp_path: Path) -> None:
    log = write(tmp_path / "x.log", *(b"%d" % n * 59 + b"\n" for n in range(6)), keep=2)
    assert [text[0] for text in held(tmp_path).values()] == ["5", "4", "3"]
    assert log.shed == 3 * 60


def test_a_reader_of_the_old_file_keeps_it_whole_when_none_is_kept(tmp_path: Path) -> None:
    log = appending(tmp_path / "x.log", keep=0)
    log.write(b"0" * 59 + b"\n")
    with open(tmp_path / "x.log") as reader:
        log.write(b"1" * 60)
        assert reader.read() == "0" * 59 + "\n"
    log.leave()
    assert held(tmp_path) == {"x.log": "1" * 60}
    assert log.shed == 60


def test_lines_stay_whole_where_one_ends_in_time(tmp_path: Path) -> None:
    write(tmp_path / "x.log", b"".join(b"line %03d\n" % n for n in range(30)), max_size=100)
    assert [text.splitlines()[0] for text in held(tmp_path).values()] == ["line 022", "line 011", "line 000"]
    assert [len(text) for text in held(tmp_path).values()] == [72, 99, 99]


def test_a_line_longer_than_a_file_is_cut(tmp_path: Path) -> None:
    write(tmp_path / "x.log", b"x" * 250, b"\n")
    assert [len(text) for text in held(tmp_path).values()] == [51, 100, 100]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.text("ab\n", max_size=40).map(str.encode), max_size=30), st.integers(1, 60))
def test_no_byte_is_lost_and_no_file_too_long_however_it_is_written(pieces: list[bytes], limit: int) -> None:
    folder = Path(f"/dev/shm/sexton-rotate-{os.getpid()}")
    folder.mkdir()
    try:
        write(folder / "x.log", *pieces, max_size=limit, keep=1500)
        texts = [file.read_bytes() for file in sorted(folder.iterdir(), key=lambda file: -number(file))]
        assert b"".join(texts) == b"".join(pieces)
        assert max(map(len, texts)) <= limit
    finally:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def test_a_small_file_is_not_rotated_for_what_would_be_gone_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b"".join(b"line %06d\n" % n for n in range(6_000))
    rotated: list[str] = []
    monkeypatch.setattr(rotate, "begin_anew", counting(rotate.begin_anew, rotated))
    appender = write(tmp_path / "x.log", b"old\n", lines, max_size=200, keep=2)
    assert len(rotated) <= 4
    assert appender.shed + sum(len(text) for text in held(tmp_path).values()) == len(b"old\n" + lines)
    kept = "".join(held(tmp_path)[name] for name in ("x.log.2", "x.log.1", "x.log"))
    assert lines.decode().endswith(kept)
    assert len(kept) > 400


def counting(call: Callable[..., tuple[int, int, int]], seen: list[str]) -> Callable[..., tuple[int, int, int]]:
    def counted(path: str, file: int, keep: int) -> tuple[int, int, int]:
        seen.append(path)
        return call(path, file, keep)

    return counted


def number(file: Path) -> int:
    return int(file.suffix[1:]) if file.suffix != ".log" else 0


def test_what_is_not_a_regular_file_keeps_its_name_and_its_number_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.log.1")
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "x.log.3").symlink_to(tmp_path / "precious")
    (tmp_path / "x.log.4.gz").mkdir()
    write(tmp_path / "x.log", *(b"%d" % n * 59 + b"\n" for n in range(6)), keep=3)
    assert {name: text[0] for name, text in held(tmp_path).items()} == {
        "precious": "p",
        "x.log": "5",
        "x.log.2": "4",
        "x.log.3": "p",
        "x.log.5": "3",
        "x.log.6": "2",
    }
    assert (tmp_path / "x.log.1").is_fifo()
    assert (tmp_path / "x.log.3").is_symlink()
    assert (tmp_path / "x.log.4.gz").is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file away")
def test_a_file_of_another_owner_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "x.log.1").write_text("theirs")
    os.chown(tmp_path / "x.log.1", 65534, 65534)
    write(tmp_path / "x.log", ZEROS, b"1" * 60)
    assert held(tmp_path) == {"x.log": "1" * 60, "x.log.1": "theirs", "x.log.2": ZEROS.decode()}


def test_the_compressed_move_up_as_the_others_and_their_content_is_counted(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "x.log.2.gz").write_bytes(gzip.compress(b"y" * 500))
    (tmp_path / "x.log.1").write_text("x")
    log = write(tmp_path / "x.log", ZEROS, ZEROS, keep=3)
    assert sorted(os.listdir(tmp_path)) == ["x.log", "x.log.1", "x.log.2", "x.log.3.gz"]
    assert log.shed == 0
    assert write(tmp_path / "x.log", b"2" * 99, keep=3).shed == 500


def test_a_gap_is_filled_before_anything_goes(tmp_path: Path) -> None:
    for n in (1, 3):
        (tmp_path / f"x.log.{n}").write_text(str(n))
    assert write(tmp_path / "x.log", ZEROS, b"1" * 60, keep=3).shed == 0
    assert [text[0] for text in held(tmp_path).values()] == ["1", "0", "1", "3"]


def test_what_a_larger_keep_left_goes(tmp_path: Path) -> None:
    for n in range(1, 8):
        (tmp_path / f"x.log.{n}").write_text("old")
    write(tmp_path / "x.log", ZEROS, b"1" * 60, keep=2)
    assert sorted(os.listdir(tmp_path)) == ["x.log", "x.log.1", "x.log.2"]


def test_the_file_at_its_place_is_taken_up_when_somebody_moved_ours_away(tmp_path: Path) -> None:
    log = appending(tmp_path / "x.log")
    log.write(ZEROS)
    (tmp_path / "x.log").rename(tmp_path / "away")
    (tmp_path / "x.log").write_text("new\n")
    log.write(b"1" * 60)
    log.leave()
    assert held(tmp_path) == {"away": ZEROS.decode(), "x.log": "new\n" + "1" * 60}


def test_the_file_goes_on_growing_and_says_so_once_when_it_cannot_be_rotated(tmp_path: Path) -> None:
    log = appending(tmp_path / "x.log")
    told: list[str] = []
    log.on_rotated(lambda said: told.append(said.failure))
    log.write(b"0" * 60)
    (tmp_path / "x.log").rename(tmp_path / "away")
    os.mkfifo(tmp_path / "x.log")
    for _ in range(3):
        assert log.write(b"1" * 60) == 60
    log.leave()
    assert told == ["not a regular file"]
    assert (tmp_path / "away").read_text() == "0" * 60 + "1" * 180
    assert (tmp_path / "x.log").is_fifo()


def test_a_crash_in_the_middle_of_a_rotation_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, left = os.rename, [0]

    def rename(old: str, new: str) -> None:
        if not left[0]:
            raise OSError("here it ended")
        left[0] -= 1
        real(old, new)

    monkeypatch.setattr(os, "rename", rename)
    for allowed in range(4):
        folder = tmp_path / str(allowed)
        folder.mkdir()
        path = folder / "x.log"
        for name in ("x.log", "x.log.1", "x.log.2"):
            (folder / name).write_text(name)
        file, _ = files.open_append(str(path))
        left[0] = allowed
        with pytest.raises(OSError, match="here it ended"):
            begin_anew(str(path), file, 3)
        os.close(file)
        assert sorted(filter(None, held(folder).values())) == ["x.log", "x.log.1", "x.log.2"]
        left[0] = 100
        file, size = files.open_append(str(path))
        log = Appender(str(path), file, Log(max_size=5), size).use()
        log.write(b"on\n")
        log.leave()
        assert {"x.log", "x.log.1", "x.log.2", "on\n"} <= {*held(folder).values()}


def test_a_new_file_has_the_permissions_of_the_old_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    file, _ = files.open_append(str(path))
    os.fchmod(file, 0o666)
    os.write(file, b"old\n")
    file, _, _ = begin_anew(str(path), file, 1)
    os.close(file)
    assert [each.stat().st_mode & 0o777 for each in (path, tmp_path / "x.log.1")] == [0o666] * 2
