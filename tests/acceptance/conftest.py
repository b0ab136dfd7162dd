"""Real Sextons for the acceptance tests, ended whatever happens."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate

Start = Callable[..., Daemon]


@pytest.fixture(autouse=True)
def ordinary_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is printed wait in buffers as it does on most machines: what is not flushed is then not seen."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """make(jobs, settings="") → a Daemon that is not started yet."""
    with ExitStack() as stack:
        yield lambda jobs, settings="": stack.enter_context(Daemon(tmp_path, jobs, settings))


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """`gate` in the jobs' working directory."""
    with closing(Gate(tmp_path / "gate")) as gate:
        yield gate
