"""The step `fetch` with `unpack`: what comes out of archives, and which are refused as a whole."""

import bz2
import gzip
import lzma
import resource
import tarfile
import zlib
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.steps import fetch
from sexton.steps.fetch.unpack import Bounds, Unusable, unpack
from tests.steps.archives import encrypted, greedy, lying, tarred, zipped
from tests.steps.doing import Remembering, tree, work, written
from tests.steps.dying import dies_at
from tests.steps.fetch_doing import fetched, names, options

FILES = {"a.csv": b"a", "x/b.csv": b"b" * 100_000}
BIG = b"0123456789" * 300_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("feed.zip", zipped(FILES)),
        ("feed.tar", tarred(FILES)),
        ("feed.tar.gz", tarred(FILES, "gz")),
        ("feed.tgz", tarred(FILES, "gz")),
        ("feed.tar.bz2", tarred(FILES, "bz2")),
        ("feed.tar.xz", tarred(FILES, "xz")),
        ("feed.tar.gz", b"".join(gzip.compress(tarred(FILES)[at : at + 1000]) for at in range(0, 120_000, 1000))),
        ("feed.zip", tarred({f"./{name}": content for name, content in FILES.items()}, "gz")),
    ],
)
def test_an_archive_becomes_a_folder_of_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    written(tmp_path / "out" / name, content)
    handed = fetched(options(tmp_path, unpack=True), work(tmp_path))
    assert tree(tmp_path / "into") == {"feed/a.csv": b"a", "feed/x/b.csv": FILES["x/b.csv"]}
    assert names(handed) == ["feed/a.csv", "feed/x/b.csv"]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_what_macos_adds_for_itself_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str], pack: Any) -> None:
    ours = {"a.csv": b"a", "MACOSX/.x": b"x"}
    theirs = {"__MACOSX/._a.csv": b"?", "MACOSX/.DS_Store": b"?", "._a.csv": b"?"}
    written(tmp_path / "out/feed.zip", pack({**theirs, **ours}))
    assert sorted(names(fetched(options(tmp_path, unpack=True), work(tmp_path)))) == ["feed/MACOSX/.x", "feed/a.csv"]
    said = "left feed.zip/__MACOSX/._a.csv out, which macOS put there for itself\n"
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", gzip.compress(BIG)),
        ("a.csv.gz", gzip.compress(BIG[:7]) + gzip.compress(BIG[7:]) + b"\0" * 512),
        ("a.csv.bz2", bz2.compress(BIG)),
        ("a.csv.xz", lzma.compress(BIG)),
        ("a.csv.zip", zipped({"a.csv": BIG})),
    ],
)
def test_a_compressed_file_becomes_the_file(tmp_path: Path, name: str, content: bytes) -> None:
    written(tmp_path / "out/x" / name, content)
    given_ = options(tmp_path, str(tmp_path / "out/**"), unpack=True, max_ratio=100_000)
    assert names(fetched(given_, work(tmp_path))) == ["x/a.csv"]
    assert tree(tmp_path / "into") == {"x/a.csv": BIG}


def test_what_is_no_archive_by_its_name_is_left_as_it_is(tmp_path: Path) -> None:
    written(tmp_path / "out/a.xlsx", zipped(FILES))
    written(tmp_path / "out/.zip", "x")
    assert names(fetched(options(tmp_path, unpack=True), work(tmp_path))) == ["a.xlsx"]


_BOMB = gzip.compress(b"\0" * 30_000_000, 9)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.zip", zipped({"../a": b"x"}), "'../a': it leads out"),
        ("a.zip", zipped({"/etc/a": b"x"}), "no relative name"),
        ("a.zip", zipped({"..\\a": b"x"}), "no relative name"),
        ("a.zip", zipped({"a\x1b": b"x"}), "control characters"),
        ("a.zip", zipped({"x" * 300: b"x"}), "too long"),
        ("a.zip", zipped({"a": b"/etc/passwd"}, 0o120777), "link or a device"),
        ("a.zip", encrypted(), "encrypted"),
        ("a.zip", zipped({"a": b"a"})[:-10], "damaged: BadZipFile"),
        ("a.zip", zipped({"a": b"a" * 999}).replace(b"\x4b\x4c", b"\0\0", 2), "damaged: "),
        ("a.zip", lying(10), "damaged: BadZipFile"),
        ("a.zip", zipped({str(number): b"" for number in range(6)}), "more files are in it than `max_files`, 5"),
        ("a.tar", tarred({"../a": b"x"}), "leads out"),
        ("a.tar", tarred({"/a": b"x"}), "no relative name"),
        ("a.tar", tarred({"a": b""}, kind=tarfile.SYMTYPE, link="/etc/passwd"), "a link, a device or sparse"),
        ("a.tar", tarred({"a": b""}, kind=tarfile.LNKTYPE, link="a"), "a link, a device or sparse"),
        ("a.tar", tarred({"a": b""}, kind=tarfile.CHRTYPE), "a link, a device or sparse"),
        ("a.tar", tarred({"a": b""}, kind=tarfile.FIFOTYPE), "a link, a device or sparse"),
        ("a.tar", tarred({"a": b"x" * 999, "b": b""})[:1000], "damaged"),
        ("a.tar", tarred({"a": b"x", "b": b"y"})[:1024], "ends in the middle"),
        ("a.tar", tarred({"a": b"x"})[:1024] + b"\1" * 1024, "ends in the middle"),
        ("a.tar", b"not a tar at all", "damaged"),
        ("a.tar", tarred({str(number): b"" for number in range(6)}), "more files"),
        ("a.tar.gz", tarred({"a": b"x" * 99_999}, "gz")[:-6], "damaged: EOFError"),
        ("a.gz", b"plain", "neither zip nor tar"),
        ("a.gz", b"", "neither zip nor tar"),
        ("a.gz", gzip.compress(b"a" * 999)[:-9], "damaged: EOFError"),
        ("a.gz", gzip.compress(b"a" * 999)[:-8] + b"\0" * 8, "damaged: error"),
        ("a.gz", gzip.compress(b"a") + b"rubbish", "damaged: error"),
        ("a.gz", _BOMB, "`max_ratio`, 200 times its size"),
        ("a.zip", zipped({"a": b"\0" * 30_000_000}), "`max_ratio`, 200 times its size"),
        ("a.tar.gz", gzip.compress(tarred({"a": b"\0" * 30_000_000})), "`max_ratio`"),
        ("a.bz2", bz2.compress(b"\0" * 30_000_000), "`max_ratio`"),
        ("a.xz", lzma.compress(b"\0" * 30_000_000), "`max_ratio`"),
        ("a.xz", lzma.compress(b"a", format=lzma.FORMAT_XZ)[:-4], "damaged"),
        ("a.xz", greedy(b"a"), "damaged: LZMAError: Memory usage limit exceeded"),
    ],
)
def test_a_bad_archive_is_refused_as_a_whole_and_the_others_are_unpacked(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    written(tmp_path / "out" / name, content)
    written(tmp_path / "out/good.zip", zipped({"good.csv": b"g"}))
    report = Remembering()
    given_ = options(tmp_path, unpack=True, max_files=5, backup=str(tmp_path / "raw"))
    assert names(fetched(given_, work(tmp_path, report=report))) == ["good/good.csv"]
    assert reason in report.summaries["refused"]
    assert report.counts["refused"] == 1
    assert tree(tmp_path / "into") == {"good/good.csv": b"g"}
    assert tree(tmp_path / "raw")[name] == content


def test_a_name_that_comes_twice_in_an_archive_is_refused(tmp_path: Path) -> None:
    both = tarred({"a": b"1"})[:1024] + tarred({"a": b"2"})
    with pytest.raises(Unusable, match="comes twice: a"):
        _unpacked(tmp_path, both)


def test_a_bad_archive_is_tried_again_by_the_next_run(tmp_path: Path) -> None:
    written(tmp_path / "out/a.gz", _BOMB)
    fetched(options(tmp_path, unpack=True), work(tmp_path, run="1"))
    given_ = options(tmp_path, unpack=True, max_ratio=100_000)
    assert names(fetched(given_, work(tmp_path, run="2"))) == ["a"]


def test_files_of_an_archive_are_there_once_when_the_step_was_killed_at_any_point(tmp_path: Path) -> None:
    for point in count(1):
        place = tmp_path / str(point)
        written(place / "out/feed.zip", zipped({"a": b"a", "b": b"b"}))
        given_, of = options(place, unpack=True), work(place)

        def act(given_: Any = given_, of: Any = of) -> None:
            fetch.run(given_, of)

        if not dies_at(point, act):
            break
        assert names(fetch.run(given_, of)) == ["feed/a", "feed/b"]
        assert tree(place / "into") == {"feed/a": b"a", "feed/b": b"b"}, point
    assert point > 20


def _unpacked(place: Path, content: bytes, ratio: int = 9) -> dict[str, bytes]:
    (place / "to").mkdir(exist_ok=True)
    bounds = Bounds(len(content), 99, 10**9, ratio)
    found = unpack(str(written(place / "packed", content)), "a.tar", str(place / "to"), bounds, pytest.fail)
    return {member.name: Path(member.path).read_bytes() for member in found}


def test_memory_stays_flat_when_headers_are_bombs(tmp_path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 60_000_000
    giant = gzip.compress(header.tobuf() + b"\0" * 60_000_000, 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unusable, match="a header in it is larger"):
        _unpacked(tmp_path, giant)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


def test_a_tar_of_nothing_but_headers_about_headers_is_refused(tmp_path: Path) -> None:
    one = tarfile.TarInfo("x")
    one.type = tarfile.GNUTYPE_LONGNAME
    with pytest.raises(Unusable, match="damaged: RecursionError"):
        _unpacked(tmp_path, one.tobuf() * 5000)


_SEEDS = [zipped({"a": b"a" * 50, "b/c": b"c"}), tarred({"a": b"a" * 50, "b/c": b"c"}), tarred({"a": b"1"}, "gz")]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_SEEDS), st.lists(st.tuples(st.integers(0, 10**4), st.integers(0, 255)), max_size=6))
def test_nothing_but_unusable_is_raised_whatever_is_in_an_archive(
    tmp_path_factory: pytest.TempPathFactory, seed: bytes, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(seed)
    for at, value in changes:
        data[at % len(data)] = value
    place = tmp_path_factory.mktemp("fuzz")
    try:
        found = _unpacked(place, bytes(data))
    except Unusable:
        return
    assert sum(map(len, found.values())) <= 10**7


def test_a_stream_is_whole_however_little_of_it_is_read_at_once(tmp_path: Path) -> None:
    assert zlib.crc32(_unpacked(tmp_path, tarred({"a": BIG}, "gz"), ratio=10**5)["a"]) == zlib.crc32(BIG)
