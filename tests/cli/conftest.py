"""Every test of the command line has UTC as its local time, no wishes about colour, and an empty folder to stand in."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.cli.main import main
from tests.cli.fake_daemon import FakeDaemon, reply

WISHES = ("FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "SEXTON_SOCKET", "XDG_RUNTIME_DIR", "COLUMNS")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in WISHES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()  # also what the test itself has set, or the zone would not be that of before
    time.tzset()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[FakeDaemon]:
    with FakeDaemon(tmp_path / "sock").running() as daemon:
        daemon.answers["GET /api/v1/services"] = reply(200, {"services": []})
        yield daemon


class Sexton:
    """The command line in this process, pointed at the fake daemon."""

    def __init__(self, socket: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._socket = socket
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """The exit code, standard output and standard error of `sexton words…`."""
        code = main(["--socket", self._socket, *words])
        return code, *self._capsys.readouterr()


@pytest.fixture
def sexton(daemon: FakeDaemon, capsys: pytest.CaptureFixture[str]) -> Sexton:
    return Sexton(daemon.path, capsys)
