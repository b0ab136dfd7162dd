"""The step `fetch`: what was fetched for runs that failed for good, and is gone at its source by then, or another."""

import os
from pathlib import Path

import pytest

from sexton.config.steps.fetch import Existing
from sexton.steps import fetch
from sexton.steps.errors import StepError
from sexton.steps.fetch.ledger import key
from tests.servers.web import Page, Web
from tests.steps.archives import zipped
from tests.steps.conducting import conduct, shell
from tests.steps.doing import Remembering, tree, work, written
from tests.steps.fetch_doing import counted, fetched, names, options


def test_a_file_is_taken_from_its_copy_when_its_run_failed_and_the_source_lost_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path / "out/a.csv", "a")
    lost = fetch.run(options(tmp_path), work(tmp_path, run="1"))
    source.unlink()
    assert fetched(options(tmp_path), work(tmp_path, run="2")) == lost
    told = f"kept a.csv of a run that failed: {lost.files[0].path}, which its source no longer has\n"
    assert told in capsys.readouterr().out
    assert counted(options(tmp_path), tmp_path, "3") == {}


def test_the_copy_is_taken_of_a_file_that_is_asked_for_by_name(tmp_path: Path) -> None:
    source, given = written(tmp_path / "out/a.csv", "a"), options(tmp_path, str(tmp_path / "out/a.csv"))
    lost = fetch.run(given, work(tmp_path, run="1"))
    source.unlink()
    assert fetch.run(given, work(tmp_path, run="2")) == lost
    assert fetched(given, work(tmp_path, run="3")) == lost
    with pytest.raises(StepError, match=r"cannot list .*a\.csv: No such file"):
        fetch.run(given, work(tmp_path, run="4"))


def test_it_is_refused_once_when_there_is_neither_the_file_that_is_asked_for_nor_its_copy(tmp_path: Path) -> None:
    source, given = written(tmp_path / "out/a.csv", "a"), options(tmp_path, str(tmp_path / "out/a.csv"))
    (copy,) = fetch.run(given, work(tmp_path, run="1")).files
    source.unlink()
    os.unlink(copy.path)
    for _attempt in range(2):
        assert counted(given, tmp_path, "2") == {"refused": 1}
    with pytest.raises(StepError, match=r"cannot list .*a\.csv: No such file"):
        fetch.run(given, work(tmp_path, run="3"))


def test_a_folder_that_is_missing_fails_the_step_whatever_is_owed(tmp_path: Path) -> None:
    source = written(tmp_path / "out/a.csv", "a")
    fetch.run(options(tmp_path), work(tmp_path, run="1"))
    source.unlink()
    source.parent.rmdir()
    with pytest.raises(StepError, match=r"cannot list .*out: No such file"):
        fetch.run(options(tmp_path), work(tmp_path, run="2"))


def test_what_is_taken_from_copies_is_owed_until_a_run_succeeds(tmp_path: Path) -> None:
    source = written(tmp_path / "out/a.csv", "a")
    fetch.run(options(tmp_path), work(tmp_path, run="1"))
    source.unlink()
    for run in ("2", "3"):
        assert names(fetch.run(options(tmp_path), work(tmp_path, run=run))) == ["a.csv"]


def test_what_the_source_still_has_is_fetched_from_there(tmp_path: Path) -> None:
    source = written(tmp_path / "out/a.csv", "bad")
    fetch.run(options(tmp_path), work(tmp_path, run="1"))
    source.write_text("mended")
    handed = fetched(options(tmp_path), work(tmp_path, run="2"))
    assert [Path(each.path).read_text() for each in handed.files] == ["mended"]


@pytest.mark.parametrize(
    ("existing", "copy"), [(Existing.NUMBER, "is still there"), (Existing.REPLACE, "is gone or another by now")]
)
def test_it_is_said_once_what_no_run_brought_to_its_end_when_the_source_has_another_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], existing: Existing, copy: str
) -> None:
    source, given = written(tmp_path / "out/a.csv", "v1"), options(tmp_path, existing=existing)
    (lost,) = fetch.run(given, work(tmp_path, run="1")).files
    source.write_text("newer")
    report = Remembering()
    fetched(given, work(tmp_path, run="2", report=report))
    why = f"before any run that had it succeeded: run 1 fetched it, and its copy {copy} ({lost.path})"
    assert f"superseded a.csv by another version at its source, {why}\n" in capsys.readouterr().out
    assert report.counts == {"superseded": 1, "fetched": 1, "bytes": 5}
    assert report.summaries == {"superseded": f"a.csv: {why}"}
    assert counted(given, tmp_path, "3") == {"unchanged": 1}


@pytest.mark.parametrize("is_touched", [True, False])
def test_it_is_said_once_when_the_source_went_back_to_what_a_run_had(tmp_path: Path, is_touched: bool) -> None:
    source = written(tmp_path / "out/a.csv", "v0")
    times = os.stat(source)
    fetched(options(tmp_path), work(tmp_path, run="1"))
    source.write_text("v1")
    fetch.run(options(tmp_path), work(tmp_path, run="2"))
    source.write_text("v0")
    os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns + is_touched * 10**9))
    assert counted(options(tmp_path), tmp_path, "3") == {"unchanged": 1, "superseded": 1}
    source.unlink()
    assert counted(options(tmp_path), tmp_path, "4") == {}


def test_of_an_archive_only_what_the_newer_one_does_not_have_is_superseded(tmp_path: Path) -> None:
    source = written(tmp_path / "out/feed.zip", zipped({"a": b"a", "b": b"old"}))
    given = options(tmp_path, unpack=True)
    fetch.run(given, work(tmp_path, run="1"))
    source.write_bytes(zipped({"a": b"a", "b": b"newer"}))
    report = Remembering()
    fetched(given, work(tmp_path, run="2", report=report))
    assert report.counts["superseded"] == 1
    assert report.summaries["superseded"].startswith("feed/b: ")


def test_nothing_is_superseded_when_the_same_content_is_fetched_again(tmp_path: Path) -> None:
    source = written(tmp_path / "out/a.csv", "v1")
    fetch.run(options(tmp_path), work(tmp_path, run="1"))
    os.utime(source, (0, 0))
    assert counted(options(tmp_path), tmp_path, "2") == {"fetched": 1, "bytes": 2}


def test_a_link_in_the_place_of_the_copy_is_no_copy(tmp_path: Path) -> None:
    source = written(tmp_path / "out/a.csv", "a")
    (copy,) = fetch.run(options(tmp_path), work(tmp_path, run="1")).files
    os.rename(copy.path, tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", copy.path)
    source.unlink()
    report = Remembering()
    assert names(fetched(options(tmp_path), work(tmp_path, run="2", report=report))) == []
    assert report.counts == {"refused": 1}
    assert "its copy is gone or another by now" in report.summaries["refused"]
    assert counted(options(tmp_path), tmp_path, "3") == {}


def test_it_is_said_once_when_the_copy_is_gone_too(tmp_path: Path) -> None:
    source = written(tmp_path / "out/a.csv", "a")
    (copy,) = fetch.run(options(tmp_path), work(tmp_path, run="1")).files
    source.unlink()
    Path(copy.path).write_text("b")
    for _attempt in range(2):
        report = Remembering()
        assert names(fetched(options(tmp_path), work(tmp_path, run="2", report=report))) == []
        assert report.counts == {"refused": 1}
        assert report.summaries["refused"] == (
            f"a.csv: its source no longer has it, and its copy is gone or another by now ({copy.path})"
        )
    assert counted(options(tmp_path), tmp_path, "3") == {}


def test_what_is_left_of_an_archive_is_handed_on_and_the_rest_is_named(tmp_path: Path) -> None:
    source = written(tmp_path / "out/feed.zip", zipped({"a": b"a", "b": b"b"}))
    given = options(tmp_path, unpack=True)
    fetch.run(given, work(tmp_path, run="1"))
    source.unlink()
    (tmp_path / "into/feed/a").unlink()
    report = Remembering()
    assert names(fetched(given, work(tmp_path, run="2", report=report))) == ["feed/b"]
    assert "feed/a" in report.summaries["refused"]
    assert counted(given, tmp_path, "3") == {}


def test_another_file_of_the_same_name_gets_a_number(tmp_path: Path) -> None:
    addresses = (str(tmp_path / "x"), str(tmp_path / "y"))
    source = written(tmp_path / "x/a.csv", "owed")
    (tmp_path / "y").mkdir()
    fetch.run(options(tmp_path, *addresses), work(tmp_path, run="1"))
    source.unlink()
    written(tmp_path / "y/a.csv", "new")
    today = options(tmp_path, *addresses)._replace(into=str(tmp_path / "today"))
    handed = fetched(today, work(tmp_path, run="2"))
    assert [(each.name, Path(each.path).read_text()) for each in handed.files] == [
        ("a.csv", "owed"),
        ("a-2.csv", "new"),
    ]


def test_no_more_come_at_once_than_a_run_may_have(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        written(tmp_path / "out" / name, name)
    fetch.run(options(tmp_path), work(tmp_path, run="1"))
    for name in ("a", "b"):
        (tmp_path / "out" / name).unlink()
    given = options(tmp_path, max_files=2)
    assert sorted(names(fetched(given, work(tmp_path, run="2")))) == ["a", "b"]
    assert names(fetched(given, work(tmp_path, run="3"))) == ["c"]


def test_only_what_is_asked_for_is_taken_from_copies(tmp_path: Path) -> None:
    for day in ("21", "22"):
        written(tmp_path / day / "a", day)
    fetch.run(options(tmp_path, str(tmp_path / "21")), work(tmp_path, run="1"))
    (tmp_path / "21/a").unlink()
    assert names(fetched(options(tmp_path, str(tmp_path / "22")), work(tmp_path, run="2"))) == ["a-2"]
    again = fetched(options(tmp_path, str(tmp_path / "21")), work(tmp_path, run="3"))
    assert [Path(each.path).read_text() for each in again.files] == ["21"]


def test_a_page_that_is_gone_is_refused_and_its_copy_handed_on(tmp_path: Path) -> None:
    with Web() as web:
        given = options(tmp_path, web.url("/a.csv"))
        web.pages["/a.csv"] = Page(b"a")
        fetch.run(given, work(tmp_path, run="1"))
        del web.pages["/a.csv"]
        report = Remembering()
        assert names(fetched(given, work(tmp_path, run="2", report=report))) == ["a.csv"]
    assert report.counts == {"refused": 1, "kept": 1}


def test_an_address_of_another_machine_is_in_no_ledger(tmp_path: Path) -> None:
    with Web() as web:
        web.pages["/a.csv?token=sesame"] = Page(b"a")
        given = options(tmp_path, web.url("/a.csv?token=sesame"))
        fetch.run(given, work(tmp_path, run="1"))
        assert counted(given, tmp_path, "2") == {"fetched": 1, "bytes": 1}
        assert counted(given, tmp_path, "3") == {"unchanged": 1}
    for content in (*tree(tmp_path / "home").values(), *tree(tmp_path / "run-1").values()):
        assert b"sesame" not in content
    assert key(key("s3://bucket/a")) == key("s3://bucket/a") != key("s3://bucket/b")


def test_a_file_that_failed_for_good_is_delivered_when_the_provider_has_removed_it(tmp_path: Path) -> None:
    source = written(tmp_path / "out/a", "a")
    written(tmp_path / "fail", "")
    fetched_first = {"name": "fetch", "step": "fetch", "options": {"from": "out", "into": "into", "stable": "1ms"}}
    check = shell("check", "test ! -e fail")
    archive = {"name": "archive", "step": "archive", "options": {"to": "done"}}
    assert conduct(tmp_path, fetched_first, check, archive, run="1").code == 1
    source.unlink()
    (tmp_path / "fail").unlink()
    assert conduct(tmp_path, fetched_first, check, archive, run="2").code == 0
    assert tree(tmp_path / "done") == {"a": b"a"}
