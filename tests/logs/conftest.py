"""Pipes and a fake loop for everything that reads or writes them; a test may leave no descriptor open."""

import os
from collections.abc import Iterator

import pytest

from tests.fakes import FakeLoop


@pytest.fixture
def loop() -> FakeLoop:
    return FakeLoop()


@pytest.fixture(autouse=True)
def _no_descriptor_is_left() -> Iterator[None]:
    before = os.listdir("/proc/self/fd")
    yield
    assert os.listdir("/proc/self/fd") == before
