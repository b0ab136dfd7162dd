"""Replacement in place: the same process, children, pipes and sockets, and nothing lost on the way."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import sexton as package
from tests.acceptance.daemon import LIMIT, Daemon, sexton
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start, job, service
from tests.acceptance.next_image import Pause
from tests.acceptance.test_init import NAMESPACE, first_of_namespace

QUICK = {"start_seconds": "10ms"}
CANARY = "canary-8e21f7c0"


@pytest.fixture
def pause(tmp_path: Path) -> Iterator[Pause]:
    with closing(Pause(tmp_path)) as pause:
        yield pause


def reexec(daemon: Daemon) -> dict[str, Any]:
    """Replace it; what the new image says of itself."""
    found: dict[str, Any] = daemon.ask("reexec")
    before, after = found["before"], found["after"]
    assert after["image_started"] > before["image_started"]
    assert (after["pid"], after["started"]) == (before["pid"], before["started"])
    return dict(after)


@contextmanager
def replacing(daemon: Daemon, pause: Pause) -> Iterator[None]:
    """What is done meanwhile is done between the two images."""
    pause.hold()
    with subprocess.Popen((*sexton(), "reexec", "--socket", str(daemon.home / "run/s.sock"))) as asking:
        pause.wait()
        yield
        pause.let_go()
        assert asking.wait(LIMIT) == 0


def wait_for_end(pid: int) -> None:
    fd = os.pidfd_open(pid)
    assert select.select([fd], [], [], LIMIT)[0]
    os.close(fd)


def test_no_exit_is_missed_and_no_service_restarts(make: Callable[..., Daemon], gate: Gate, pause: Pause) -> None:
    """Fifty children; of each kind some end before, some between the images, and some after."""
    rest = "".join(service(f"s{n}", command="sleep 1000", **QUICK) for n in range(18))
    fall = "".join(service(f"f{n}", f"read x <gate; exit {n}", restart="never", **QUICK) for n in range(2))
    end = "".join(at_start(f"e{n}", f"read x <gate; echo last words; exit {n}") for n in range(10))
    stay = "".join(at_start(f"r{n}", f"read x <late; exit {n}") for n in range(20))
    daemon = make(rest + fall + end + stay)
    with closing(Gate(daemon.home / "late")) as late:
        daemon.start(env=pause.env)
        for _ in range(50):
            daemon.wait_for(r"(running, pid|run \d+ started)")
        before = daemon.pids()
        ending = [run["pid"] for run in daemon.runs() if run["job"][0] == "e"] + [before["f0"], before["f1"]]
        with replacing(daemon, pause):
            gate.let_pass(12)
            for pid in ending:
                wait_for_end(pid)
        for _ in range(12):
            daemon.wait_for(r"(e\d: run \d+ (succeeded|failed)|f\d: ended)")
        assert {name: pid for name, pid in daemon.pids().items() if name[0] == "s"} == {
            name: pid for name, pid in before.items() if name[0] == "s"
        }
        late.let_pass(20)
        for _ in range(20):
            daemon.wait_for(r"r\d+: run \d+ (succeeded|failed)")
    ended = {run["job"]: run["exit_code"] for run in daemon.runs()}
    assert ended == {f"e{n}": n for n in range(10)} | {f"r{n}": n for n in range(20)}
    assert len(daemon.runs()) == 30
    assert {each["name"]: each["exit_code"] for each in daemon.ask("status")["services"] if each["name"][0] == "f"} == {
        "f0": 0,
        "f1": 1,
    }
    assert daemon.cli("logs", "e3").stdout == "last words\n"
    assert daemon.stop() == 0


def test_exits_at_any_moment_around_it_are_recorded_as_they_were(make: Callable[..., Daemon]) -> None:
    """Thirty runs that end by themselves one after the other, from before the request to after the new image."""
    script = "sleep $(awk 'BEGIN { print %d / 40 }'); exit %d"
    daemon = make("".join(at_start(f"r{n}", script % (n, n)) for n in range(30)) + service("s", command="sleep 1000"))
    daemon.start()
    reexec(daemon)
    reexec(daemon)
    for _ in range(30):
        daemon.wait_for(r"run \d+ (succeeded|failed)")
    runs = daemon.runs()
    assert {run["job"]: run["exit_code"] for run in runs} == {f"r{n}": n for n in range(30)}
    assert len(runs) == 30
    assert daemon.stop() == 0


def test_every_line_is_in_the_log_and_no_secret_whole_or_in_halves(make: Callable[..., Daemon], pause: Pause) -> None:
    """A service writes all the time, and stands in the middle of a secret when the images change."""
    count = "import itertools, sys, os\nfor n in itertools.count(): os.write(1, b'%d\\n' % n)"
    halves = f'printf "first\\na {CANARY[:9]}"; read x <gate; echo "{CANARY[9:]} z"; exec sleep 1000'
    daemon = make(
        service("count", command=[sys.executable, "-c", count], log={"max_size": "200MB", "relay": "off"})
        + service("halves", halves)
        + f'[secrets]\nvalue = {{ file = "{pause.env["PYTHONPATH"]}/value" }}\n'
    )
    Path(pause.env["PYTHONPATH"], "value").write_text(CANARY)
    with closing(Gate(daemon.home / "gate")) as gate:
        daemon.start(env=pause.env)
        daemon.wait_for(r"halves +\| first")
        with replacing(daemon, pause):
            gate.let_pass()
        daemon.wait_for(r"halves +\| a \*\*\* z")
    assert daemon.cli("logs", "halves").stdout == "first\na *** z\n"
    reexec(daemon)
    daemon.cli("stop", "count")
    numbers = (daemon.home / "log/services/count.log").read_bytes().splitlines()
    assert numbers[:-1] == [b"%d" % n for n in range(len(numbers) - 1)]  # the last one was cut by its end
    assert len(numbers) > 1000
    assert daemon.stop() == 0


def asked(daemon: Daemon) -> float:
    """Ask whether it lives; the time when the answer was there."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(LIMIT)
        client.connect(str(daemon.home / "run/s.sock"))
        client.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b""
        while piece := client.recv(4096):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return time.monotonic()


def test_who_asks_all_the_time_is_always_answered_and_waits_but_a_moment(make: Callable[..., Daemon]) -> None:
    """The target is 300 ms, of which docs/benchmarks.md tells; here the machine may be busy with other things."""
    daemon = make("".join(service(f"s{n}", command="sleep 1000", **QUICK) for n in range(50))).start()
    for _ in range(50):
        daemon.wait_for("running, pid")
    times, failures = [asked(daemon)], []
    over = threading.Event()

    def ask_on() -> None:
        while not over.is_set():
            try:
                times.append(asked(daemon))
            except (OSError, AssertionError) as error:
                failures.append(error)

    asking = threading.Thread(target=ask_on)
    asking.start()
    try:
        reexec(daemon)
        reexec(daemon)
    finally:
        over.set()
        asking.join()
    assert failures == []
    assert max(later - earlier for earlier, later in pairwise(times)) < 2
    assert daemon.stop() == 0


def test_what_was_asked_for_by_a_signal_meanwhile_is_done(make: Callable[..., Daemon], pause: Pause) -> None:
    daemon = make(service("web", command="sleep 1000", **QUICK)).start(env=pause.env)
    daemon.wait_for("web: running")
    pause.hold()
    asking = subprocess.Popen(
        (*sexton(), "reexec", "--socket", str(daemon.home / "run/s.sock")), stderr=subprocess.DEVNULL
    )
    pause.wait()
    daemon.signal(signal.SIGTERM)
    pause.let_go()
    daemon.wait_for("stopping: got SIGTERM")
    daemon.wait_for("web: stopped")
    assert daemon.end() == 0
    asking.wait(LIMIT)
    assert daemon.others() == set()


def test_a_stop_that_goes_on_keeps_its_deadline(make: Callable[..., Daemon], pause: Pause) -> None:
    stubborn = 'trap "" TERM; echo up; while :; do sleep 1000 & wait; done'
    daemon = make(service("web", stubborn, stop={"timeout": "1s"}, **QUICK)).start(env=pause.env)
    daemon.wait_for(r"\| up")
    stopping = subprocess.Popen((*sexton(), "stop", "web", "--socket", str(daemon.home / "run/s.sock")))
    daemon.wait_for("web: stopping")
    with replacing(daemon, pause):
        pass
    daemon.wait_for("web: stopped")
    assert stopping.wait(LIMIT) == 0
    (web,) = daemon.ask("status")["services"]
    assert (web["state"], web["signal"]) == ("stopped", "SIGKILL")


def test_the_events_go_on_where_they_were(make: Callable[..., Daemon]) -> None:
    daemon = make(service("web", command="sleep 1000", **QUICK)).start()
    daemon.wait_for("web: running")
    before = daemon.ask("events")["events"]
    reexec(daemon)
    after = daemon.ask("events")["events"]
    assert after[: len(before)] == before
    assert [event["id"] for event in after] == list(range(1, len(after) + 1))
    assert "reexecuted" in [event["event"] for event in after[len(before) :]]


def test_the_configuration_is_read_as_by_a_reload(make: Callable[..., Daemon]) -> None:
    keeps, changes = service("keeps", command="sleep 1000", **QUICK), service("changes", command="sleep 1001", **QUICK)
    daemon = make(keeps + changes + at_start("once", "true")).start()
    daemon.wait_for_each("keeps: running", "changes: running")
    before = daemon.pids()
    daemon.write(keeps + changes.replace("1001", "1002") + at_start("once", "true"))
    reexec(daemon)
    daemon.wait_for("reloaded: jobs unchanged; services 1 changed")
    daemon.wait_for("changes: running")
    after = daemon.pids()
    assert after["keeps"] == before["keeps"]
    assert after["changes"] != before["changes"]
    assert len(daemon.runs("once")) == 1  # this is no start
    assert daemon.stop() == 0


def test_a_broken_configuration_refuses_it(make: Callable[..., Daemon]) -> None:
    web = service("web", command="sleep 1000", **QUICK)
    daemon = make(web).start()
    daemon.wait_for("web: running")
    before = daemon.pids()
    daemon.write(web.replace("command", "comand"))
    done = daemon.cli("reexec", check=False)
    assert done.returncode == 78
    assert "unknown key `comand`; did you mean `command`?" in done.stderr
    daemon.wait_for("reexec: .*unknown key `comand`")
    daemon.wait_for("reexec: nothing was changed")
    assert daemon.pids() == before
    assert daemon.stop() == 0


def test_an_upgrade_is_taken_up_when_it_works_and_only_then(make: Callable[..., Daemon], tmp_path: Path) -> None:
    """Sexton runs from a copy of its package, which is then replaced in place."""
    copy = tmp_path / "lib" / "sexton"
    shutil.copytree(Path(package.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    daemon = make(service("web", command="sleep 1000", **QUICK) + at_start("load", "read x <gate"))
    with closing(Gate(daemon.home / "gate")) as gate:
        daemon.start(env={"PYTHONPATH": str(copy.parent)})
        daemon.wait_for("web: running")
        before = daemon.pids()
        app = (copy / "app.py").read_text()
        (copy / "app.py").write_text("import nothing_of_this_name\n")
        done = daemon.cli("reexec", check=False)
        assert done.returncode == 1
        assert "exited with code 1" in done.stderr
        assert "No module named 'nothing_of_this_name'" in done.stderr
        assert daemon.ask("status")["info"]["reexec_failed"].startswith("cannot become the new image")
        (copy / "app.py").write_text(app)
        version = copy / "__init__.py"
        version.write_text(version.read_text().replace(package.__version__, "99.1"))
        assert reexec(daemon)["version"] == "99.1"
        assert daemon.pids() == before
        gate.let_pass()
        assert daemon.ended("load")["outcome"] == "succeeded"
    assert daemon.stop() == 0


def test_secrets_go_over_and_are_seen_nowhere_on_the_way(make: Callable[..., Daemon], pause: Pause) -> None:
    show = "cat $KEY_FILE; echo; test $TOKEN = $(cat token-of-test) && echo same; exec sleep 1000"
    uses = [{"name": "KEY", "as": "file"}, "TOKEN"]
    daemon = make(
        '[secrets]\nKEY = { file = "key-of-test" }\nTOKEN = { env = "TOKEN_SOURCE" }\n'
        + service("web", show, secrets=uses, **QUICK)
        + job("later", "echo later; test $TOKEN = $(cat token-of-test)", secrets=["TOKEN"])
    )
    (daemon.home / "key-of-test").write_text(CANARY + "-key")
    (daemon.home / "token-of-test").write_text(CANARY + "-token")
    daemon.start(env=pause.env | {"TOKEN_SOURCE": CANARY + "-token"})
    daemon.wait_for(r"web +\| same")
    before = daemon.pids()
    with replacing(daemon, pause):
        for name in ("environ", "cmdline"):
            assert CANARY.encode() not in Path(f"/proc/{daemon.pid}/{name}").read_bytes()
    assert daemon.pids() == before
    assert daemon.cli("trigger", "later", "--wait").returncode == 0
    daemon.cli("restart", "web")
    daemon.wait_for(r"web +\| \*\*\*")
    daemon.wait_for(r"web +\| same")
    assert CANARY.encode() not in Path(f"/proc/{daemon.pid}/environ").read_bytes()
    kept = [file for folder in ("log", "state", "run") for file in (daemon.home / folder).rglob("*") if file.is_file()]
    assert [file for file in kept if CANARY.encode() in file.read_bytes()] == []
    folders = {Path(link).name for link in map(os.path.realpath, Path(f"/proc/{daemon.pid}/fd").iterdir())}
    assert daemon.stop() == 0
    (folder,) = (name for name in folders if name.startswith("sexton-secrets-"))
    assert not Path("/dev/shm", folder).exists()


@pytest.mark.parametrize("prefix", [NAMESPACE, ()], ids=["as PID 1", "as any process"])
def test_orphans_are_still_reaped_afterwards(make: Callable[..., Daemon], gate: Gate, prefix: tuple[str, ...]) -> None:
    orphan = "(sh -c 'read x <gate' & echo $! >orphan)"
    reaped = "while kill -0 $(cat orphan); do :; done 2>/dev/null"
    daemon = make(at_start("leave", orphan) + job("look", reaped, timeout="10s") + service("web", command="sleep 1000"))
    daemon.start(launcher=(*prefix, *sexton()))
    daemon.wait_for(r"leave: run 1 succeeded")
    assert (reexec(daemon)["pid"] == 1) == bool(prefix)
    gate.let_pass()
    assert daemon.cli("trigger", "look", "--wait").returncode == 0
    os.kill(first_of_namespace(daemon.home) if prefix else daemon.pid, signal.SIGTERM)
    assert daemon.end() == 0
    assert daemon.others() == set()


def test_a_signal_that_was_ignored_at_the_start_stays_ignored(make: Callable[..., Daemon]) -> None:
    launcher = ("sh", "-c", 'trap "" INT; exec "$0" "$@"', *sexton())
    daemon = make(service("web", command="sleep 1000", **QUICK)).start(launcher=launcher)
    daemon.wait_for("web: running")
    reexec(daemon)
    daemon.signal(signal.SIGINT)
    reexec(daemon)
    assert daemon.stop() == 0


def test_a_process_that_was_told_of_an_image_before_it_and_finds_nothing_starts_as_ever(
    make: Callable[..., Daemon],
) -> None:
    daemon = make(service("web", command="sleep 1000", **QUICK))
    daemon.launch(env={"SEXTON_HANDOVER": "999"})
    daemon.wait_for("cannot take up what was left: Bad file descriptor; starting as after a crash")
    daemon.wait_for("web: running")
    assert daemon.stop() == 0


def test_who_follows_a_log_misses_nothing_and_hears_nothing_twice(make: Callable[..., Daemon], gate: Gate) -> None:
    count = "echo 1; read x <gate; echo 2; echo 3; exec sleep 1000"
    daemon = make(service("count", count, **QUICK)).start()
    daemon.wait_for(r"\| 1")
    words = (*sexton(), "logs", "count", "-f", "--socket", str(daemon.home / "run/s.sock"))
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        assert following.stdout.readline() == "1\n"
        reexec(daemon)
        gate.let_pass()
        assert [following.stdout.readline() for _ in range(2)] == ["2\n", "3\n"]
        following.terminate()


def test_processes_go_on_sharing_the_socket_that_they_listen_at(make: Callable[..., Daemon], tmp_path: Path) -> None:
    pool = service("pool", command="sleep 1000", instances=2, socket={"path": str(tmp_path / "pool.sock")}, **QUICK)
    daemon = make(pool).start()
    daemon.wait_for_each("pool-1: running", "pool-2: running")
    before = os.stat(tmp_path / "pool.sock").st_ino
    reexec(daemon)
    first, second = (os.readlink(f"/proc/{pid}/fd/0") for pid in daemon.pids().values())
    os.kill(daemon.pids()["pool-1"], signal.SIGKILL)
    daemon.wait_for("pool-1: running")
    assert os.readlink(f"/proc/{daemon.pids()['pool-1']}/fd/0") == first == second
    assert os.stat(tmp_path / "pool.sock").st_ino == before
    assert daemon.stop() == 0
    assert not (tmp_path / "pool.sock").exists()
