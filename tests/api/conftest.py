"""A daemon for each test that wants one, and a look at what it leaves behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.api.limits import LIMITS, Limits
from sexton.model.http import Http
from sexton.model.units import HOUR
from tests.api.harness import Daemon, Start

PATIENT = LIMITS._replace(linger=HOUR)  # so that a connection which is not properly ended is noticed


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a daemon; afterwards no descriptor, no follower and no defect may be left of it."""
    descriptors = len(os.listdir("/proc/self/fd"))
    daemons: list[Daemon] = []

    def begin(limits: Limits = PATIENT, http: Http | None = None) -> Daemon:
        daemons.append(Daemon(str(tmp_path / "run" / "s.sock"), limits, http))
        return daemons[-1]

    yield begin
    for daemon in daemons:
        daemon.stop()
        assert daemon.defects == []
        assert daemon.control.wakes == {}
    assert len(os.listdir("/proc/self/fd")) == descriptors


@pytest.fixture
def daemon(start: Start) -> Daemon:
    return start()
