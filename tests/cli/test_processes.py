"""The command line as a real process: pipes that close, output that grows, Ctrl-C, terminals, a quick start."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.cli import views
from tests.cli.fake_daemon import PATIENCE, FakeDaemon, chunked, reply


def start(daemon: FakeDaemon, *words: str, stdout: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    """`sexton words…` with both outputs in pipes, unless `stdout` is another descriptor."""
    command = [sys.executable, "-m", "sexton.cli.main", "--socket", daemon.path, *words]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE)


def test_followed_log_is_shown_as_it_grows(daemon: FakeDaemon) -> None:
    seen = Event()

    def grow() -> Iterator[bytes]:
        yield b"first\n"
        assert seen.wait(PATIENCE)
        yield b"second\n"

    daemon.answers["GET /api/v1/runs/41/log?tail=300&follow=1"] = chunked(grow())
    with start(daemon, "logs", "-f", "41") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"first\n"
        seen.set()
        assert process.communicate(timeout=PATIENCE) == (b"second\n", b"")
    assert process.returncode == 0


def test_ctrl_c_ends_a_followed_log_quietly(daemon: FakeDaemon) -> None:
    over = Event()

    def hang() -> Iterator[bytes]:
        yield b"first\n"
        over.wait(PATIENCE)

    daemon.answers["GET /api/v1/runs/41/log?tail=300&follow=1"] = chunked(hang())
    with start(daemon, "logs", "-f", "41") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"first\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=PATIENCE) == (b"", b"")
    over.set()
    assert process.returncode == 130


def test_closed_pipe_ends_quietly(daemon: FakeDaemon) -> None:
    daemon.answers["GET /api/v1/runs?limit=1000"] = reply(200, {"runs": [views.run(n) for n in range(1000)]})
    with start(daemon, "runs", "-n1000") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_full_disk_is_told(daemon: FakeDaemon) -> None:
    daemon.answers["GET /api/v1/runs?limit=20"] = reply(200, {"runs": [views.run()]})
    with open("/dev/full", "wb") as full, start(daemon, "runs", stdout=full.fileno()) as process:
        assert process.communicate(timeout=PATIENCE)[1] == b"sexton: cannot write the output: No space left on device\n"
    assert process.returncode == 1


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_names_survive_when_the_locale_is_plain(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    daemon.answers["GET /api/v1/runs?limit=20"] = reply(200, {"runs": [views.run(job="Zürich")]})
    with start(daemon, "runs") as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err, b"Z\\xfcrich" in out) == (0, b"", True)


HEAVY = "sexton.engine sexton.app sexton.store argparse ssl subprocess logging asyncio http urllib tomllib sqlite3"
LOADED = """
import sys
from sexton.cli.main import main
code = main(sys.argv[2:])
loaded = [name for name in sys.argv[1].split() if name in sys.modules]
sys.exit(f"loaded: {loaded}" if loaded else code)
"""


def test_engine_and_heavy_modules_are_not_loaded(daemon: FakeDaemon, tmp_path: Path) -> None:
    daemon.answers["GET /api/v1/info"] = reply(200, views.info())
    daemon.answers["GET /api/v1/jobs"] = reply(200, {"jobs": [views.job()]})
    command = [sys.executable, "-c", LOADED, HEAVY, "--socket", daemon.path, "status"]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
