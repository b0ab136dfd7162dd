"""Sexton as the init of a container, and inside another's: what its services and their descendants meet with there.

What it does with the orphans and signals of jobs is in test_init.py, test_stop.py and test_inheritance.py.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.daemon import LIMIT, Daemon, marked, sexton
from tests.acceptance.jobs import STUBBORN, at_start, service
from tests.acceptance.test_inheritance import SHOW
from tests.acceptance.test_init import NAMESPACE, first_of_namespace
from tests.acceptance.test_timeouts import wait_until_gone

HERE = Path(__file__).parent
PID_1 = (*NAMESPACE, *sexton())
UNDER_INIT = (sys.executable, str(HERE / "outer_init.py"), *sexton())
OF_THE_C_LIBRARY = 0b11 << 31  # signals 32 and 33 are its own (nptl(7)); nobody can reset them
LAUNCHERS = pytest.mark.parametrize("launcher", [PID_1, UNDER_INIT], ids=["as PID 1", "under an init"])

# What ignores TERM: the service itself, a child, one in a session of its own, and one whose parents are gone.
TREE = f"""
sh -c '{STUBBORN}' &
setsid sh -c '{STUBBORN}' &
(setsid sh -c '(sh -c "$0" &)' '{STUBBORN}' &)
{STUBBORN}
"""


def end(daemon: Daemon, launcher: tuple[str, ...]) -> int:
    """Ask Sexton to stop as the outside does; the exit code that the outside sees."""
    os.kill(first_of_namespace(daemon.home) if launcher is PID_1 else daemon.pid, signal.SIGTERM)
    return daemon.end()


@LAUNCHERS
def test_a_storm_of_orphans_leaves_no_zombies(make: Callable[..., Daemon], launcher: tuple[str, ...]) -> None:
    storm = [sys.executable, "-I", "-S", str(HERE / "orphans.py"), "5000"]
    daemon = make(service("storm", command=storm, restart="never")).start(launcher=launcher)
    most, last = daemon.wait_for(r"storm +\| most").split()[-3::2]
    assert int(most) <= 100
    assert int(last) == 0
    assert end(daemon, launcher) == 0


@LAUNCHERS
def test_a_stubborn_tree_is_dead_in_less_than_nine_seconds(
    make: Callable[..., Daemon], launcher: tuple[str, ...]
) -> None:
    """With nothing set, as a container is that is given ten seconds by whoever stops it."""
    daemon = make(service("web", TREE) + at_start("load", TREE)).start(launcher=launcher)
    for _ in range(8):
        daemon.wait_for(r"\| up")
    stubborn = daemon.others()
    assert len(stubborn) >= 8
    begin = time.monotonic()
    assert end(daemon, launcher) == 128 + signal.SIGTERM
    assert time.monotonic() - begin < 9
    wait_until_gone(stubborn | daemon.others())


@LAUNCHERS
def test_a_critical_service_gives_the_container_its_exit_code(
    make: Callable[..., Daemon], launcher: tuple[str, ...]
) -> None:
    daemon = make(service("web", "kill -SEGV $$", critical=True, restart="never") + service("db", "exec sleep 1000"))
    daemon.start(launcher=launcher)
    assert daemon.end() == 128 + signal.SIGSEGV


@LAUNCHERS
def test_a_service_starts_as_clean_as_a_program_expects(make: Callable[..., Daemon], launcher: tuple[str, ...]) -> None:
    """Signals at their default and unblocked, three descriptors, no input, a session of its own."""
    signals = ["grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status"]
    show = [sys.executable, "-c", SHOW]
    daemon = make(service("signals", command=signals, restart="never") + service("rest", command=show, restart="never"))
    daemon.start(launcher=launcher)
    daemon.wait_for_each("signals: ended", "rest: ended")
    masks = [int(line.split()[1], 16) & ~OF_THE_C_LIBRARY for line in daemon.cli("logs", "signals").stdout.splitlines()]
    assert masks == [0, 0]
    assert daemon.cli("logs", "rest").stdout == "[0, 1, 2] /dev/null True\n"
    assert end(daemon, launcher) == 0


def test_sexton_works_on_a_root_that_is_read_only(make: Callable[..., Daemon], tmp_path: Path) -> None:
    """Its own folder is the one place that can be written to, as a volume is."""
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro / && cd "$0" && exec "$@"'
    launcher = (*NAMESPACE, "--mount", "sh", "-c", script, str(tmp_path), *sexton())
    daemon = make(service("web", "touch /written; touch here; echo up; exec sleep 1000")).start(launcher=launcher)
    assert "Read-only file system" in daemon.wait_for(r"web +\| touch: ")
    daemon.wait_for(r"web +\| up")
    assert (tmp_path / "here").exists()
    assert end(daemon, PID_1) == 0


def test_sexton_works_when_all_its_standard_descriptors_are_closed(make: Callable[..., Daemon], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ready")
    ready = os.open(tmp_path / "ready", os.O_RDWR)
    closing = ("sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', *PID_1)
    daemon = make(service("web", "echo out; echo err >&2; echo up >ready; exec sleep 1000"))
    daemon.launch(launcher=closing)
    assert select.select([ready], [], [], LIMIT)[0], "the service did not start"
    os.close(ready)
    assert sorted(daemon.cli("logs", "web").stdout.split()) == ["err", "out"]
    assert end(daemon, PID_1) == 0
    assert marked(tmp_path) == []


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder below none that is the tests' own, so that other users come to it."""
    folder = Path(tempfile.mkdtemp(prefix="sexton-", dir="/var/tmp"))
    yield folder
    shutil.rmtree(folder)


def test_sexton_works_as_a_user_who_is_nobody(common_folder: Path) -> None:
    """uid 65534 has no home, and no right to change anything but its volume."""
    if os.geteuid() == 0:
        os.chown(common_folder, 65534, 65534)
        launcher = (*NAMESPACE, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *sexton())
    else:
        launcher = ("unshare", "--map-user=65534", "--map-group=65534", "--pid", "--fork", "--kill-child", *sexton())
    with Daemon(common_folder, service("web", "id -u; echo up; exec sleep 1000")) as daemon:
        daemon.config.chmod(0o644)
        daemon.start(launcher=launcher, env={"HOME": "/nonexistent"})
        daemon.wait_for(r"web +\| 65534")
        daemon.wait_for(r"web +\| up")
        subprocess.run(("kill", str(first_of_namespace(common_folder))), check=True)
        assert daemon.end() == 0
