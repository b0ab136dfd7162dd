"""No pipe of a process on a stage is left open for the tests that follow."""

from collections.abc import Iterator

import pytest

from tests.engine.pipes import PIPES


@pytest.fixture(autouse=True)
def _closed_pipes() -> Iterator[None]:
    yield
    PIPES.close()
