"""The step `fetch`, from folders of this machine: what is new, what is whole, what is refused."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sexton.config.steps.fetch import Existing, Options
from sexton.steps import fetch
from sexton.steps.dated import dated
from sexton.steps.digest import sha256_of
from sexton.steps.errors import Misconfigured, NotPermitted, StepError
from sexton.steps.fetch.local import Folder
from sexton.steps.fetch.source import Changed
from sexton.steps.work import Work
from tests.steps.doing import Remembering, entry, tree, work, written
from tests.steps.dying import dies_at
from tests.steps.fetch_doing import counted, fetched, names, options


def test_files_are_copied_and_handed_on_when_they_are_new(tmp_path: Path) -> None:
    written(tmp_path / "out/a.csv", "a")
    written(tmp_path / "out/b.csv", "bb")
    report = Remembering()
    handed = fetched(options(tmp_path), work(tmp_path, report=report))
    assert tree(tmp_path / "into") == tree(tmp_path / "out") == {"a.csv": b"a", "b.csv": b"bb"}
    for each in handed.files:
        assert each.path == str(tmp_path / "into" / each.name)
        assert (each.size, each.sha256) == sha256_of(each.path)
    assert report.counts == {"fetched": 2, "bytes": 3}
    assert report.done == (3, 3, "bytes")


def test_nothing_is_handed_on_when_nothing_is_new(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "a")
    fetched(options(tmp_path), work(tmp_path, run="1"))
    assert counted(options(tmp_path), tmp_path, "2") == {"unchanged": 1}


def test_a_file_is_fetched_again_when_the_run_that_had_it_failed(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "a")
    fetch.run(options(tmp_path), work(tmp_path, run="1"))
    assert names(fetch.run(options(tmp_path), work(tmp_path, run="2"))) == ["a"]
    assert tree(tmp_path / "into") == {"a": b"a"}


def test_a_newer_file_takes_the_place_of_the_older_one_when_that_is_said(tmp_path: Path) -> None:
    given = options(tmp_path, existing=Existing.REPLACE, backup=str(tmp_path / "raw"))
    for run, content in enumerate(("old", "newer", "newest")):
        written(tmp_path / "out/a", content)
        assert names(fetched(given, work(tmp_path, run=str(run)))) == ["a"]
    assert tree(tmp_path / "into") == {"a": b"newest"}
    assert tree(tmp_path / "raw") == {"a": b"old", "a-2": b"newer", "a-3": b"newest"}


def test_two_files_of_one_name_get_numbers_when_they_would_replace_each_other_in_one_run(tmp_path: Path) -> None:
    given = options(
        tmp_path,
        str(written(tmp_path / "one/a", "of one")),
        str(written(tmp_path / "two/a", "of two")),
        existing=Existing.REPLACE,
    )
    assert names(fetched(given, work(tmp_path))) == ["a", "a-2"]


def test_a_folder_or_a_link_is_not_replaced(tmp_path: Path) -> None:
    written(tmp_path / "into/a/inside", "x")
    written(tmp_path / "kept", "y")
    os.symlink(tmp_path / "kept", tmp_path / "into/a-2")
    written(tmp_path / "out/a", "new")
    assert names(fetched(options(tmp_path, existing=Existing.REPLACE), work(tmp_path))) == ["a-3"]
    assert tree(tmp_path)["kept"] == b"y"


def test_it_is_said_what_to_do_when_no_number_is_left(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "new")
    for name in ("a", *(f"a-{number}" for number in range(2, 1001))):
        written(tmp_path / "into" / name, "")
    with pytest.raises(StepError, match=r"1000 files of this name .*/into\); give each day a folder"):
        fetched(options(tmp_path), work(tmp_path))


def test_a_file_is_new_when_its_content_has_changed(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "old")
    fetched(options(tmp_path), work(tmp_path, run="1"))
    written(tmp_path / "out/a", "newer")
    assert names(fetched(options(tmp_path), work(tmp_path, run="2"))) == ["a-2"]
    assert tree(tmp_path / "into") == {"a": b"old", "a-2": b"newer"}


def test_a_file_is_not_new_when_only_its_time_has_changed(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "a")
    fetched(options(tmp_path), work(tmp_path, run="1"))
    os.utime(tmp_path / "out/a", (1, 1))
    assert counted(options(tmp_path), tmp_path, "2") == {"unchanged": 1}
    shutil.rmtree(tmp_path / "out")
    written(tmp_path / "out/a", "a")
    assert counted(options(tmp_path), tmp_path, "3") == {"unchanged": 1}


def test_patterns_choose_files_and_their_folders_stay(tmp_path: Path) -> None:
    for name in ("a.csv", "b.txt", "x/c.csv", "x/y/d.csv", ".hidden.csv", ".git/e.csv"):
        written(tmp_path / "out" / name, name)
    given = options(tmp_path, f"{tmp_path}/out/**/*.csv")
    assert sorted(names(fetched(given, work(tmp_path)))) == ["a.csv", "x/c.csv", "x/y/d.csv"]
    assert set(tree(tmp_path / "into")) == {"a.csv", "x/c.csv", "x/y/d.csv"}


def test_an_address_may_be_a_file_url(tmp_path: Path) -> None:
    written(tmp_path / "out/größe und so.csv", "a")
    address = f"file://{tmp_path}/out/gr%C3%B6%C3%9Fe%20und%20so.csv"
    assert names(fetched(options(tmp_path, address), work(tmp_path))) == ["größe und so.csv"]


def test_it_is_said_when_the_file_or_folder_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"cannot list .*/out: No such file or directory"):
        fetch.run(options(tmp_path), work(tmp_path))


@pytest.mark.parametrize("address", ["file://elsewhere/x", "gopher://h/x", "http://", "https://h:x/", "https://h/"])
def test_it_is_said_when_nobody_can_read_an_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(Misconfigured, match="cannot"):
        fetch.run(options(tmp_path, address), work(tmp_path))


def test_links_pipes_and_folders_are_no_files(tmp_path: Path) -> None:
    secret = written(tmp_path / "secret", "s")
    written(tmp_path / "out/a", "a")
    os.symlink(secret, tmp_path / "out/link")
    os.symlink(tmp_path, tmp_path / "out/folder")
    os.mkfifo(tmp_path / "out/pipe")
    given = options(tmp_path, f"{tmp_path}/out/**")
    assert names(fetched(given, work(tmp_path))) == ["a"]


def test_a_file_that_is_gone_or_a_link_since_it_was_listed_is_not_read(tmp_path: Path) -> None:
    address = written(tmp_path / "out/a", "a")
    folder = Folder(str(tmp_path / "out"), [])
    (found,) = folder.list()
    os.rename(address, tmp_path / "secret")
    with pytest.raises(Changed):
        folder.open(found)
    os.symlink(tmp_path / "secret", address)
    with pytest.raises(Changed):
        folder.open(found)


def test_a_name_with_control_characters_is_refused_and_the_others_are_fetched(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "a")
    written(tmp_path / "out/b\x1b[31m\n", "b")
    (tmp_path / "out" / os.fsdecode(b"\xff")).write_bytes(b"c")
    report = Remembering()
    assert names(fetched(options(tmp_path), work(tmp_path, report=report))) == ["a"]
    assert report.counts["refused"] == 2
    assert set(report.summaries["refused"].splitlines()) == {
        "b\\x1b[31m\\n: it has control characters, or bytes that are no UTF-8",
        "\\udcff: it has control characters, or bytes that are no UTF-8",
    }


def test_two_files_of_one_name_get_numbers(tmp_path: Path) -> None:
    written(tmp_path / "one/a.csv", "same")
    written(tmp_path / "two/a.csv", "same")
    given = options(tmp_path, str(tmp_path / "one"), str(tmp_path / "two"))
    assert names(fetched(given, work(tmp_path))) == ["a.csv", "a-2.csv"]
    assert tree(tmp_path / "into") == {"a.csv": b"same", "a-2.csv": b"same"}


def test_no_more_files_than_allowed_come_at_once_and_the_oldest_first(tmp_path: Path) -> None:
    for age in range(5):
        os.utime(written(tmp_path / f"out/{age}", str(age)), (1000 - age, 1000 - age))
    given = options(tmp_path, max_files=2)
    assert names(fetched(given, work(tmp_path, run="1"))) == ["4", "3"]
    assert names(fetched(given, work(tmp_path, run="2"))) == ["2", "1"]
    assert counted(given, tmp_path, "3") == {"fetched": 1, "bytes": 1, "unchanged": 4}


def test_a_file_is_refused_when_it_is_too_large(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "aaa")
    written(tmp_path / "out/b", "bb")
    report = Remembering()
    assert names(fetched(options(tmp_path, max_size=2), work(tmp_path, report=report))) == ["b"]
    assert report.summaries == {"refused": "a: it is larger than `max_size`, 2 bytes"}


@pytest.fixture
def closed() -> Iterator[Path]:
    """A place with a file that may not be read, by one who is not root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with TemporaryDirectory() as folder:
            os.chmod(written(Path(folder) / "out/b", "b"), 0)
            yield Path(folder)
    finally:
        if root:
            os.seteuid(0)


def test_a_file_that_may_not_be_read_is_refused_and_the_others_are_fetched(closed: Path) -> None:
    for name in "ac":
        written(closed / "out" / name, name)
    report = Remembering()
    assert names(fetched(options(closed), work(closed, run="1", report=report))) == ["a", "c"]
    assert report.counts["refused"] == 1
    assert report.summaries == {"refused": f"b: one cannot read b: Permission denied ({closed}/out/b)"}
    os.chmod(closed / "out/b", 0o600)
    assert names(fetched(options(closed), work(closed, run="2"))) == ["b"]


def test_nothing_is_there_but_what_may_not_be_read_and_the_step_fails(closed: Path) -> None:
    with pytest.raises(NotPermitted, match="cannot read b: Permission denied"):
        fetch.run(options(closed), work(closed))


def test_a_refused_file_fails_the_step_when_it_is_strict_and_the_others_are_kept(closed: Path) -> None:
    written(closed / "out/a", "a")
    given = options(closed, strict=True)
    with pytest.raises(NotPermitted, match="cannot fetch all: b: one cannot read b: Permission denied"):
        fetch.run(given, work(closed, run="1"))
    assert tree(closed / "into") == {"a": b"a"}
    os.chmod(closed / "out/b", 0o600)
    assert sorted(names(fetched(given, work(closed, run="1")))) == ["a", "b"]
    for name in ("c", "d"):
        written(closed / "out" / name, "too large")
    with pytest.raises(
        StepError, match=r"cannot fetch all: [cd]: it is larger than `max_size`, 5 bytes, and 1 more"
    ) as told:
        fetch.run(given._replace(max_size=5), work(closed, run="2"))
    assert type(told.value) is StepError


def test_raw_files_are_kept_in_the_backup_too(tmp_path: Path) -> None:
    written(tmp_path / "out/x/a", "a")
    given = options(tmp_path, f"{tmp_path}/out/**", backup=str(tmp_path / "raw"))
    fetched(given, work(tmp_path))
    assert tree(tmp_path / "raw") == tree(tmp_path / "into") == {"x/a": b"a"}


def test_what_was_fetched_is_not_fetched_again_when_the_target_lies_in_the_source(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "a")
    given = options(tmp_path, f"{tmp_path}/out/**", backup=str(tmp_path / "out/raw"))
    given = given._replace(into=str(tmp_path / "out/in"))
    fetched(given, work(tmp_path, run="1"))
    assert counted(given, tmp_path, "2") == {"unchanged": 1}


def test_it_is_refused_to_fetch_from_a_folder_into_itself_or_raw_files_into_the_others(tmp_path: Path) -> None:
    written(tmp_path / "out/a.gz", "a")
    os.symlink("out", tmp_path / "link")
    given = options(tmp_path, f"{tmp_path}/out/*.gz", unpack=True)
    changes: list[dict[str, Any]] = [
        {"into": f"{tmp_path}/link"},
        {"backup": f"{tmp_path}/out/"},
        {"backup": f"{tmp_path}/./into"},
    ]
    for folders in changes:
        with pytest.raises(Misconfigured, match=r"this very folder|the same folder"):
            fetch.run(given._replace(**folders), work(tmp_path))


@pytest.mark.parametrize(
    ("pattern", "into"), [("f*/*.csv", "feed"), ("*/[ab]/*", "feed/a"), ("?eed/*/*", "feed/later"), (".f*/*", ".feed")]
)
def test_it_is_refused_to_fetch_into_a_folder_that_the_pattern_leads_to(
    tmp_path: Path, pattern: str, into: str
) -> None:
    with pytest.raises(Misconfigured, match=r"into: `from` reads this very folder"):
        fetch.run(options(tmp_path, f"{tmp_path}/{pattern}")._replace(into=f"{tmp_path}/{into}"), work(tmp_path))


@pytest.mark.parametrize(
    ("pattern", "into"), [("f*/*.csv", "into"), ("f*/*.csv", "feed/in"), ("*/*.csv", ".feed"), ("feed/**/*", "feed/a")]
)
def test_a_folder_that_the_pattern_does_not_mean_may_lie_anywhere(tmp_path: Path, pattern: str, into: str) -> None:
    written(tmp_path / "feed/a.csv", "a")
    given = options(tmp_path, f"{tmp_path}/{pattern}")._replace(into=f"{tmp_path}/{into}")
    for run in ("1", "2"):
        assert len(names(fetched(given, work(tmp_path, run=run)))) == (run == "1")


def test_a_folder_of_the_source_may_lie_in_the_target(tmp_path: Path) -> None:
    written(tmp_path / "into/feed/a.csv", "a")
    assert names(fetched(options(tmp_path, f"{tmp_path}/into/feed"), work(tmp_path))) == ["a.csv"]


def test_every_file_is_there_once_when_the_step_was_killed_at_any_point(tmp_path: Path) -> None:
    for point in count(1):
        place = tmp_path / str(point)
        written(place / "out/a", "content of a")
        written(place / "out/b", "content of b")
        written(place / "into/b", "older")
        given, of = options(place, backup=str(place / "raw")), work(place)

        def act(given: Options = given, of: Work = of) -> None:
            fetch.run(given, of)

        if not dies_at(point, act):
            break
        handed = fetch.run(given, of)
        assert tree(place / "into") == {"a": b"content of a", "b": b"older", "b-2": b"content of b"}, point
        assert tree(place / "raw") == tree(place / "out"), point
        assert sorted(names(handed)) == ["a", "b-2"]
        assert all(sha256_of(each.path) == (each.size, each.sha256) for each in handed.files)
    assert point > 30


def test_what_a_killed_run_began_goes_with_the_next_one(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "a")
    for point in count(1):
        shutil.rmtree(tmp_path / "into", ignore_errors=True)
        assert dies_at(point, lambda: fetch.run(options(tmp_path), work(tmp_path, run="1")))
        if any(name.startswith(".sexton-") for name in tree(tmp_path / "into")):
            break
    os.unlink(tmp_path / "out/a")
    fetch.run(options(tmp_path), work(tmp_path, run="2"))
    assert tree(tmp_path / "into") == {}


def test_the_fire_time_stands_in_addresses_and_what_a_url_escapes_is_left_alone() -> None:
    moment = datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert dated("https://h/%Y/%m/%d/a%20b%C3%B6%d0.csv", moment) == "https://h/2026/11/02/a%20b%C3%B6%d0.csv"


def test_what_another_step_handed_on_is_handed_on_too(tmp_path: Path) -> None:
    before = entry(written(tmp_path / "before", "b"))
    written(tmp_path / "out/a", "a")
    assert names(fetch.run(options(tmp_path), work(tmp_path, before))) == ["before", "a"]
