"""What the operating system refuses: where a disk is full is said."""

import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sexton.config.steps.archive import Options as Archive
from sexton.config.steps.deliver import Options as Deliver
from sexton.config.steps.fetch import Options as Fetch
from sexton.config.steps.sort import Options as Sort
from sexton.steps import archive, deliver, fetch, sort
from sexton.steps.errors import StepError
from sexton.steps.manifest import Entry
from tests.steps.doing import entry, work, written

_ROOM = 200_000  # bytes; ledgers find enough


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system."""
    folder = Path(f"/dev/shm/sexton-full-{os.getpid()}")
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@contextmanager
def no_room() -> Iterator[None]:
    """No file grows beyond a size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def large(place: Path) -> Entry:
    return entry(written(place / "in/a.csv", "s\n" + "x\n" * _ROOM))


def test_it_is_said_which_disk_is_full_when_files_are_archived(tmp_path: Path, elsewhere: Path) -> None:
    given = work(tmp_path, large(tmp_path))
    with no_room(), pytest.raises(StepError, match=rf"cannot archive: .* \({elsewhere}\)"):
        archive.run(Archive(str(elsewhere)), given)
    assert Path(given.input.files[0].path).exists()


def test_it_is_said_which_disk_is_full_when_files_are_delivered(tmp_path: Path) -> None:
    given = work(tmp_path, large(tmp_path))
    with no_room(), pytest.raises(StepError, match=rf"cannot deliver a\.csv: .* \({tmp_path}/out\)"):
        deliver.run(Deliver(f"{tmp_path}/out", make_folders=True), given)


def test_it_is_said_which_disk_is_full_when_rows_are_sorted(tmp_path: Path) -> None:
    given = work(tmp_path, large(tmp_path))
    schema = str(written(tmp_path / "s.json", '{"fields": [{"name": "s"}]}'))
    with no_room(), pytest.raises(StepError, match=rf"cannot sort: .* \({tmp_path}/good\)"):
        sort.run(Sort(schema, f"{tmp_path}/good", f"{tmp_path}/bad"), given)


def test_it_is_said_which_disk_is_full_when_files_are_fetched(tmp_path: Path) -> None:
    file = large(tmp_path)
    given = work(tmp_path)
    with no_room(), pytest.raises(StepError, match=rf"cannot fetch a\.csv: .* \({tmp_path}/new\)"):
        fetch.run(Fetch((file.path,), f"{tmp_path}/new", stable=0), given)
