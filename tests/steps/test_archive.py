"""The step `archive`: files that are done with go to a dated folder, and it is kept within bounds."""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from sexton.config.steps.archive import Options
from sexton.model.units import DAY, SECOND
from sexton.steps import archive
from sexton.steps.archive import ledger, retention
from sexton.steps.errors import NotPermitted, StepError
from sexton.steps.ledgers import ledger as opened
from sexton.steps.lines import Lines
from sexton.steps.troubles import told
from tests.steps.doing import Remembering, entry, tree, work, written
from tests.steps.dying import dies_at


def to(place: Path, **more: int) -> Options:
    return Options(str(place / "backup/2026/11"), **more)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system."""
    folder = Path(f"/dev/shm/sexton-test-{os.getpid()}-{tmp_path.name[-40:]}")
    folder.mkdir()
    assert folder.stat().st_dev != tmp_path.stat().st_dev
    yield folder
    shutil.rmtree(folder)


def test_files_move_with_their_folders_when_they_are_as_handed_on(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "processed/a.csv", "a"))
    two = entry(written(tmp_path / "processed/feed/b.csv", "b"), "feed/b.csv")
    report = Remembering()
    handed = archive.run(to(tmp_path), work(tmp_path, one, two, report=report))
    assert tree(tmp_path / "backup") == {"2026/11/a.csv": b"a", "2026/11/feed/b.csv": b"b"}
    assert tree(tmp_path / "processed") == {}
    assert [(each.path, each.name) for each in handed.files] == [
        (str(tmp_path / "backup/2026/11/a.csv"), "a.csv"),
        (str(tmp_path / "backup/2026/11/feed/b.csv"), "feed/b.csv"),
    ]
    assert handed.files[0].sha256 == one.sha256
    assert report.counts == {"archived": 2}


def test_nothing_moves_when_one_file_has_changed_since(tmp_path: Path) -> None:
    one, two = (entry(written(tmp_path / "processed" / name, name)) for name in ("a", "b"))
    written(Path(two.path), "B")
    with pytest.raises(StepError, match="cannot archive b: it has changed since it was delivered"):
        archive.run(to(tmp_path), work(tmp_path, one, two))
    assert tree(tmp_path / "processed") == {"a": b"a", "b": b"B"}


def test_it_is_said_when_a_file_is_gone(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "a", "a"))
    os.unlink(one.path)
    with pytest.raises(StepError, match="cannot archive a: it is gone"):
        archive.run(to(tmp_path), work(tmp_path, one))


def test_a_link_is_refused_when_it_took_the_place_of_a_file(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "a", "a"))
    os.rename(one.path, tmp_path / "real")
    os.symlink(tmp_path / "real", one.path)
    with pytest.raises(StepError, match="no regular file"):
        archive.run(to(tmp_path), work(tmp_path, one))


def test_a_file_keeps_its_place_when_another_has_its_name_there(tmp_path: Path) -> None:
    written(tmp_path / "backup/2026/11/a.csv.gz", "of yesterday")
    handed = archive.run(to(tmp_path), work(tmp_path, entry(written(tmp_path / "in/a.csv.gz", "of today"))))
    assert tree(tmp_path / "backup/2026/11") == {"a.csv.gz": b"of yesterday", "a-2.csv.gz": b"of today"}
    assert handed.files[0].name == "a-2.csv.gz"


def test_one_copy_stays_when_the_same_content_is_there_under_the_name(tmp_path: Path) -> None:
    there = written(tmp_path / "backup/2026/11/a", "same")
    handed = archive.run(to(tmp_path), work(tmp_path, entry(written(tmp_path / "in/a", "same"))))
    assert tree(tmp_path) == {"backup/2026/11/a": b"same"} | {
        name: content for name, content in tree(tmp_path).items() if name.startswith("home/")
    }
    assert handed.files[0].path == str(there)


def _ways_to(place: Path) -> Iterator[str]:
    """Each way in which somebody may write the folder that `place` is."""
    link = place.parent / "link"
    link.symlink_to(place)
    yield from (str(place), str(link), f"{place}/../{place.name}", f"{place}/.")


def test_a_file_stays_when_it_lies_in_its_place_already_however_that_is_written(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "in/2026/a", "the only copy"), "2026/a")
    for way in _ways_to(tmp_path / "in"):
        report = Remembering()
        handed = archive.run(Options(way, keep=1), work(tmp_path, one, report=report))
        assert tree(tmp_path / "in") == {"2026/a": b"the only copy"}, way
        assert os.path.samefile(handed.files[0].path, one.path)
        assert report.counts == {"stayed": 1}


def test_a_file_stays_when_two_archives_of_a_job_are_one_folder(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "in/a", "the only copy"))
    handed = archive.run(to(tmp_path), work(tmp_path, one, step="02-raw"))
    again = archive.run(to(tmp_path), work(tmp_path, *handed.files, step="03-done"))
    assert again == handed
    assert tree(tmp_path / "backup") == {"2026/11/a": b"the only copy"}


def test_one_name_goes_and_the_other_stays_when_both_are_of_one_file(tmp_path: Path) -> None:
    there = written(tmp_path / "backup/2026/11/a", "one file, two names")
    one = tmp_path / "in" / "a"
    one.parent.mkdir()
    os.link(there, one)
    archive.run(to(tmp_path), work(tmp_path, entry(one)))
    assert tree(tmp_path / "backup") == {"2026/11/a": b"one file, two names"}
    assert not one.exists()


def test_files_move_when_the_archive_is_on_another_file_system(tmp_path: Path, elsewhere: Path) -> None:
    one = entry(written(tmp_path / "in/a", "a"))
    os.utime(one.path, ns=(10**18, 10**18))
    archive.run(Options(str(elsewhere / "%")), work(tmp_path, one))
    assert tree(elsewhere) == {"%/a": b"a"}
    assert (elsewhere / "%/a").stat().st_mtime_ns == 10**18
    assert not (tmp_path / "in/a").exists()


def test_folders_go_when_they_are_left_empty_and_called_like_a_date(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "processed/2026/11/22/feed/a", "a"), "feed/a")
    archive.run(to(tmp_path), work(tmp_path, one))
    assert (tmp_path / "processed").is_dir()
    assert list((tmp_path / "processed").iterdir()) == []


def test_a_folder_stays_when_something_else_is_in_it(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "processed/2026/11/22/a", "a"))
    written(tmp_path / "processed/2026/11/other", "x")
    archive.run(to(tmp_path), work(tmp_path, one))
    assert tree(tmp_path / "processed") == {"2026/11/other": b"x"}
    assert not (tmp_path / "processed/2026/11/22").exists()


@pytest.mark.parametrize("far", [False, True])
def test_every_file_is_there_once_when_the_step_was_killed_at_any_point(
    tmp_path: Path, elsewhere: Path, far: bool
) -> None:
    for point in count(1):
        place = tmp_path / str(point)
        target = elsewhere / str(point) if far else place / "backup"
        files = [entry(written(place / "in" / name, f"content of {name}")) for name in ("a", "b")]
        written(target / "b", "older")
        given = work(place, *files)

        def act(target: Path = target, given: object = given) -> None:
            archive.run(Options(str(target)), given)  # type: ignore[arg-type]

        if not dies_at(point, act):
            break
        handed = archive.run(Options(str(target)), given)
        assert tree(target) == {"a": b"content of a", "b": b"older", "b-2": b"content of b"}, point
        assert [Path(each.path).name for each in handed.files] == ["a", "b-2"]
        assert tree(place / "in") == {}
    assert point > 15


def test_what_a_killed_run_left_half_copied_goes_with_the_next_run(tmp_path: Path, elsewhere: Path) -> None:
    one = entry(written(tmp_path / "in/a", "a"))
    for point in count(1):
        if any(name.startswith(".sexton-") for name in tree(elsewhere)):
            break
        shutil.rmtree(tmp_path / "home", ignore_errors=True)
        assert dies_at(point, lambda: archive.run(Options(str(elsewhere)), work(tmp_path, one)))
    archive.run(Options(str(elsewhere)), work(tmp_path, run="2"))
    assert tree(elsewhere) == {}
    assert tree(tmp_path / "in") == {"a": b"a"}


def test_the_oldest_files_go_when_there_are_more_than_are_kept(tmp_path: Path) -> None:
    written(tmp_path / "backup/2026/11/of a person", "x")
    for number in range(4):
        one = entry(written(tmp_path / "in" / f"{number}", f"{number}"))
        archive.run(to(tmp_path, keep=2), work(tmp_path, one, run=str(number)))
    assert set(tree(tmp_path / "backup/2026/11")) == {"2", "3", "of a person"}


def test_a_file_that_comes_again_counts_as_new_when_old_ones_go(tmp_path: Path) -> None:
    for number, name in enumerate(("a", "b", "a", "c")):
        one = entry(written(tmp_path / "in" / name, name))
        archive.run(to(tmp_path, keep=2), work(tmp_path, one, run=str(number)))
    assert set(tree(tmp_path / "backup/2026/11")) == {"a", "c"}


def test_files_go_with_their_empty_folders_when_they_are_older_than_they_are_kept(tmp_path: Path) -> None:
    archive.run(Options(f"{tmp_path}/backup/2025/01"), work(tmp_path, entry(written(tmp_path / "in/a", "a"))))
    report = Remembering()
    with opened(str(tmp_path / "home"), "archive", ledger.TABLES) as db:
        telling = retention.Telling(Lines(), report)
        options = Options("", keep_for=DAY)
        retention.tidy(db, "step", options, telling, time.time_ns() // 1000 + DAY - 60 * SECOND)
        assert set(tree(tmp_path / "backup")) == {"2025/01/a"}
        retention.tidy(db, "step", options, telling, time.time_ns() // 1000 + DAY + SECOND)
    assert list((tmp_path / "backup").iterdir()) == []
    assert report.counts == {"deleted": 1}


def test_a_file_stays_when_somebody_changed_it_or_put_a_link_there(tmp_path: Path) -> None:
    files = [entry(written(tmp_path / "in" / name, name)) for name in ("a", "b", "c")]
    archive.run(Options(f"{tmp_path}/backup"), work(tmp_path, *files))
    written(tmp_path / "backup/a", "changed")
    os.rename(tmp_path / "backup/b", tmp_path / "kept")
    os.symlink(tmp_path / "kept", tmp_path / "backup/b")
    newest = entry(written(tmp_path / "in/d", "d"))
    archive.run(Options(f"{tmp_path}/backup", keep=1), work(tmp_path, newest, run="2"))
    assert set(tree(tmp_path / "backup")) == {"a", "b", "d"}
    assert tree(tmp_path)["kept"] == b"b"


def test_two_archive_steps_of_a_job_do_not_delete_each_others_files(tmp_path: Path) -> None:
    one, two = (entry(written(tmp_path / "in" / name, name)) for name in ("a", "b"))
    archive.run(Options(f"{tmp_path}/raw"), work(tmp_path, one, step="02-raw"))
    archive.run(Options(f"{tmp_path}/done", keep=1), work(tmp_path, two, step="05-done"))
    assert set(tree(tmp_path / "raw")) == {"a"}


def test_nothing_is_placed_through_a_link_below_the_archive(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "outside").mkdir()
    os.symlink(tmp_path / "outside", tmp_path / "backup/feed")
    one = entry(written(tmp_path / "in/feed/a", "a"), "feed/a")
    with pytest.raises(StepError, match="is a link"):
        archive.run(Options(f"{tmp_path}/backup"), work(tmp_path, one))
    assert tree(tmp_path / "outside") == {}
    assert Path(one.path).exists()


def test_it_is_said_when_the_archive_cannot_be_a_folder(tmp_path: Path) -> None:
    written(tmp_path / "backup", "a file")
    with pytest.raises(StepError, match=r"cannot archive: File exists \(.*/backup\)"):
        archive.run(Options(f"{tmp_path}/backup"), work(tmp_path, entry(written(tmp_path / "in/a", "a"))))


def test_it_is_said_when_the_archive_may_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="cannot archive: Permission denied"), told("archive"):
        raise PermissionError(errno.EACCES, "", "backup")
