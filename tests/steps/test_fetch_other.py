"""The step `fetch` and addresses that fsspec reads."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from sexton.config.steps.deliver import Options as Deliver
from sexton.steps import deliver, fetch
from sexton.steps.errors import Misconfigured, StepError, Temporary
from tests.servers.sshd import free_port
from tests.steps.doing import entry, tree, work, written
from tests.steps.fetch_doing import counted, fetched, names, options


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def test_files_are_fetched_by_pattern_and_once(tmp_path: Path, memory: Any) -> None:
    for name in ("/out/a.csv", "/out/b.txt", "/out/x/c.csv"):
        memory.pipe(name, name.encode())
    given = options(tmp_path, "memory://out/**/*.csv")
    assert sorted(names(fetched(given, work(tmp_path)))) == ["a.csv", "x/c.csv"]
    assert tree(tmp_path / "into") == {"a.csv": b"/out/a.csv", "x/c.csv": b"/out/x/c.csv"}
    assert counted(given, tmp_path, "2") == {"unchanged": 2}


def test_a_single_file_and_a_folder_are_fetched(tmp_path: Path, memory: Any) -> None:
    memory.pipe("/out/a.csv", b"a")
    memory.pipe("/out/x/b.csv", b"b")
    assert names(fetched(options(tmp_path, "memory://out/a.csv"), work(tmp_path))) == ["a.csv"]
    assert names(fetched(options(tmp_path, "memory://out/x"), work(tmp_path, run="2"))) == ["b.csv"]


def test_it_is_said_when_there_is_no_such_file(tmp_path: Path, memory: Any) -> None:
    with pytest.raises(StepError, match="cannot fetch memory:///out/a: FileNotFoundError"):
        fetch.run(options(tmp_path, "memory://out/a"), work(tmp_path))


def test_the_copy_is_taken_of_a_file_that_is_gone(tmp_path: Path, memory: Any) -> None:
    memory.pipe("/out/a.csv", b"a")
    given = options(tmp_path, "memory://out/a.csv")
    fetch.run(given, work(tmp_path, run="1"))
    memory.rm("/out/a.csv")
    assert counted(given, tmp_path, "2") == {"kept": 1}


def test_a_server_that_is_away_is_named_without_its_password_and_may_come_back(tmp_path: Path) -> None:
    address = f"ftp://me:sesame@127.0.0.1:{free_port()}/x"
    said = r"cannot connect to ftp://127\.0\.0\.1:\d+: ConnectionRefusedError"
    with pytest.raises(Temporary, match=said):
        fetch.run(options(tmp_path, address), work(tmp_path))
    with pytest.raises(Temporary, match=said):
        deliver.run(Deliver(address), work(tmp_path, entry(written(tmp_path / "a", "a"))))


def test_the_package_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match="s3fs"):
        fetch.run(options(tmp_path, "s3://bucket/a"), work(tmp_path))
    with pytest.raises(Misconfigured, match="gopher"):
        fetch.run(options(tmp_path, "gopher://h/a"), work(tmp_path))
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(Misconfigured, match=r"install sexton\[ingest\]"):
        fetch.run(options(tmp_path, "s3://bucket/a"), work(tmp_path))
