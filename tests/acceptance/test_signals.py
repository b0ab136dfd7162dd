"""What Sexton makes of signals, at every moment of its life, as process 1 and as any other."""

import os
import signal
import sys
from collections.abc import Callable
from xmlrpc.client import ServerProxy

import pytest
from supervisor.xmlrpc import SupervisorTransport

from tests.acceptance.daemon import Daemon, sexton
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start, job, service, tidy
from tests.acceptance.test_init import NAMESPACE, first_of_namespace

UP = service("web", command="sleep 1000", start_seconds="10ms")
PLACES = pytest.mark.parametrize("prefix", [NAMESPACE, ()], ids=["as PID 1", "as any process"])
HALT = signal.SIGRTMIN + 3
MEANINGLESS = ("ALRM", "VTALRM", "PROF", "IO", "STKFLT", "XCPU", "RTMIN", "RTMIN+5", "RTMIN+30")
SLOW_SECRET = '[secrets]\nword = { command = ["sh", "-c", "echo up >up; read x <gate; echo a-secret-word"] }\n'
STOPPED_BEFORE = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
os.kill(os.getpid(), signal.SIGTERM)
os.execv(sys.executable, [sys.executable, "-m", "sexton", *sys.argv[1:]])
"""


def number(name: str) -> int:
    """Of a signal as signal(7) names it, also those that Python does not know."""
    base, _, plus = name.partition("+")
    return 16 if name == "STKFLT" else getattr(signal, f"SIG{base}") + int(plus or 0)


def send(daemon: Daemon, prefix: tuple[str, ...], signum: int) -> None:
    os.kill(first_of_namespace(daemon.home) if prefix else daemon.pid, signum)


@PLACES
@pytest.mark.parametrize("signum", [HALT, signal.SIGPWR], ids=["SIGRTMIN+3", "SIGPWR"])
def test_what_container_managers_send_to_init_stops_sexton(
    make: Callable[..., Daemon], prefix: tuple[str, ...], signum: int
) -> None:
    daemon = make(UP).start(launcher=(*prefix, *sexton()))
    daemon.wait_for("web: running")
    send(daemon, prefix, signum)
    daemon.wait_for(r"stopping: got SIG(RTMIN\+3|PWR)")
    assert daemon.end() == 0
    assert daemon.others() == set()


def test_a_signal_that_means_nothing_is_said_once_and_ends_nothing(make: Callable[..., Daemon]) -> None:
    daemon = make(UP).start()
    daemon.wait_for("web: running")
    (before,) = daemon.ask("status")["services"]
    for name in MEANINGLESS:
        daemon.signal(number(name))
        said = daemon.wait_for("which means nothing to Sexton")
        assert f"got SIG{name}," in said
        daemon.signal(number(name))
    assert daemon.ask("status")["services"][0]["pid"] == before["pid"]
    assert daemon.stop() == 0
    assert not any("means nothing" in line for line in daemon.said)


def test_a_child_has_them_at_their_default(make: Callable[..., Daemon]) -> None:
    daemon = make("".join(job(name.lower(), f"kill -{name} $$") for name in ("USR1", "USR2", "ALRM", "PWR"))).start()
    for name in ("usr1", "usr2", "alrm", "pwr"):
        daemon.cli("trigger", name, "--wait", check=False)
    assert [run["signal"] for run in daemon.runs()] == ["SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPWR"]
    assert daemon.stop() == 0


def test_usr1_asks_how_everything_stands(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(
        UP + at_start("load", "echo up; read x <gate") + service("off", command="true", autostart=False)
    ).start()
    daemon.wait_for(r"\| up")
    (web, _) = daemon.ask("status")["services"]
    daemon.signal(signal.SIGUSR1)
    daemon.wait_for(r"2 services, 1 running; 1 jobs, 1 runs going, 0 waiting")
    daemon.wait_for(rf"web: running, pid {web['pid']}, started 20..-")
    daemon.wait_for("off: stopped$")
    daemon.wait_for(r"load: run 1 running, pid \d+, started 20..-")
    gate.let_pass()
    assert daemon.stop() == 0


def test_usr2_goes_over_to_the_files_that_are_there_when_the_old_ones_were_moved_away(
    make: Callable[..., Daemon], gate: Gate
) -> None:
    daemon = make(service("web", "echo one; read x <gate; echo two; exec sleep 1000")).start()
    daemon.wait_for(r"\| one")
    (path,) = (each for each in (daemon.home / "log").rglob("*.log") if "one" in each.read_text())
    moved = path.rename(path.with_suffix(".moved"))
    daemon.signal(signal.SIGUSR2)
    daemon.wait_for("opened the logs anew")
    gate.let_pass()
    daemon.wait_for(r"\| two")
    assert (moved.read_text(), path.read_text()) == ("one\n", "two\n")
    assert daemon.stop() == 0


@PLACES
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, HALT])
def test_a_stop_during_the_start_ends_it_and_nothing_is_started(
    make: Callable[..., Daemon], gate: Gate, prefix: tuple[str, ...], signum: int
) -> None:
    daemon = make(SLOW_SECRET + service("web", "touch ran; exec sleep 1000"))
    os.mkfifo(daemon.home / "up")
    daemon.launch(launcher=(*prefix, *sexton()))
    (daemon.home / "up").read_text()
    send(daemon, prefix, signum)
    daemon.wait_for("sexton: stopped while it was starting; nothing was started")
    assert daemon.end() == 0
    assert daemon.others() == set()
    assert not (daemon.home / "ran").exists()


def test_a_stop_that_came_before_its_first_line_stops_it_before_its_first_process(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("load", "touch ran") + service("web", "touch ran; exec sleep 1000"))
    daemon.launch(launcher=(sys.executable, "-c", STOPPED_BEFORE))
    daemon.wait_for("stopping: got SIGTERM")
    assert daemon.end() == 0
    assert not (daemon.home / "ran").exists()


@PLACES
def test_a_hup_during_the_start_is_a_reload_once_there_is_something_to_reload(
    make: Callable[..., Daemon], gate: Gate, prefix: tuple[str, ...]
) -> None:
    daemon = make(SLOW_SECRET + UP)
    os.mkfifo(daemon.home / "up")
    daemon.launch(launcher=(*prefix, *sexton()))
    (daemon.home / "up").read_text()
    send(daemon, prefix, signal.SIGHUP)
    gate.let_pass()
    daemon.wait_for("reloaded: jobs unchanged; services unchanged")
    send(daemon, prefix, signal.SIGTERM)
    assert daemon.end() == 0


def test_a_stop_outranks_a_fresh_start_that_a_client_has_asked_for(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(service("slow", tidy("echo tidying; read x <gate; exit 0"))).start()
    daemon.wait_for(r"\| up")
    transport = SupervisorTransport(None, None, f"unix://{daemon.home}/run/s.sock")
    with ServerProxy("http://127.0.0.1", transport) as server:
        assert server.supervisor.restart() is True
    daemon.wait_for("stopping: asked to start anew")
    daemon.wait_for(r"\| tidying")
    daemon.signal(signal.SIGTERM)
    assert daemon.end() in (0, 128 + signal.SIGTERM)  # a second stop does not wait
    assert not any("slow: starting" in line for line in daemon.said)
    assert daemon.others() == set()
