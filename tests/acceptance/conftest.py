"""Real Sextons for the acceptance tests, ended whatever happens."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.daemon import Daemon

Start = Callable[..., Daemon]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """make(jobs, settings="") → a Daemon that is not started yet."""
    with ExitStack() as stack:
        yield lambda jobs, settings="": stack.enter_context(Daemon(tmp_path, jobs, settings))
