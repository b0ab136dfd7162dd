"""`sexton supervisord` in the place of supervisord: one word changed, and nothing else."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import xmlrpc.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import h11
import pytest

import sexton
from tests.acceptance.daemon import LIMIT
from tests.acceptance.supervised import Supervised

Make = Callable[[str], Supervised]

TALKING = """
[supervisord]
logfile = main.log
childlogdir = %(here)s
[program:talk]
command = sh -c 'echo "I am $SUPERVISOR_PROCESS_NAME"; exec sleep 1000'
stdout_logfile = /dev/stdout
stdout_logfile_maxbytes = 0
startsecs = 0
"""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as stack:

        def made(conf: str) -> Supervised:
            daemon = Supervised(tmp_path, conf)
            stack.enter_context(daemon)
            return daemon

        yield made


def test_programs_run_and_a_stop_by_signal_is_no_failure(make: Make) -> None:
    daemon = make(TALKING).start()
    daemon.wait_for(r"talk: running")
    daemon.wait_for(r"^I am talk$")
    assert (daemon.home / "supervisord.pid").read_text() == f"{daemon.pid}\n"
    assert "INFO talk: running" in (daemon.home / "main.log").read_text()
    assert daemon.stop() == 0
    assert not (daemon.home / "supervisord.pid").exists()


def test_a_program_that_has_to_be_killed_makes_no_failure_either(make: Make) -> None:
    stubborn = "[supervisord]\n[program:a]\ncommand=sh -c 'trap \"\" TERM; echo up; while :; do sleep 1; done'\n"
    daemon = make(f"{stubborn}stdout_logfile=/dev/fd/1\nstdout_logfile_maxbytes=0\nstopwaitsecs=1\n").start()
    daemon.wait_for("^up$")
    assert daemon.stop() == 0
    assert daemon.others() == set()


def test_what_a_program_starts_is_let_be_when_that_is_stopped_and_gone_when_sexton_is(make: Make) -> None:
    conf = "[supervisord]\n[program:a]\ncommand=sh -c 'sleep 1000 & exec sleep 1000'\n"
    daemon = make(f"{conf}[sexton]\nsocket=run/s.sock\n").start()
    daemon.wait_for("a: running")
    by_socket = ("--socket", str(daemon.home / "run" / "s.sock"))
    assert daemon.ask(*by_socket, "stop", "a")["services"][0]["state"] == "stopped"
    assert len(daemon.others()) == 1
    assert daemon.stop() == 0
    assert daemon.others() == set()


def test_without_n_it_goes_into_the_background_once_it_runs(make: Make) -> None:
    daemon = make(TALKING.replace("[program", "umask=077\ndirectory=%(here)s/work\n[program"))
    (daemon.home / "work").mkdir()
    assert daemon.by("-c", "supervisord.conf").returncode == 0
    pid = int((daemon.home / "supervisord.pid").read_text())
    try:
        assert os.readlink(f"/proc/{pid}/cwd") == f"{daemon.home}/work"
        assert os.readlink(f"/proc/{pid}/fd/1") == "/dev/null"
        status = Path(f"/proc/{pid}/status").read_text()
        assert "Umask:\t0077" in status
        assert os.getsid(pid) not in (pid, os.getsid(0))
    finally:
        os.kill(pid, signal.SIGTERM)
    daemon.wait_for_end_of(pid)
    assert not (daemon.home / "supervisord.pid").exists()
    assert (daemon.home / "main.log").exists()  # where it was started, as supervisord has it


def test_whoever_starts_it_hears_what_is_wrong_although_it_is_in_the_background(make: Make) -> None:
    daemon = make("[supervisord]\n[sexton]\nstate=sqlite:////proc/none/state.db\n[job:a]\ncommand=x\nschedule=@daily\n")
    ended = daemon.by()
    assert ended.returncode == 2
    assert ended.stderr.startswith("Error: ")
    assert "/proc/none" in ended.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-c", "none.conf"), "Error: {home}/none.conf: cannot read it: No such file or directory"),
        (("-x",), "Error: there is no option -x"),
        (("word",), "Error: there is no place for 'word'"),
        (("-n", "-e", "loud"), 'Error: {home}/supervisord.conf: [supervisord] loglevel: "loud" is no level'),
        (("-n", "-u", "nobody-of-this-name"), "Error: user: there is no user nobody-of-this-name on this machine"),
        (("-n", "-a", "999999999"), "Error: minfds: 999999999 cannot be had here"),
        (("-n", "-j", "nowhere/pid"), "Error: --pidfile: the folder of {home}/nowhere/pid is not"),
        (("-n", "-l", "nowhere/log"), "Error: --logfile: the folder of {home}/nowhere/log is not"),
        (("-n", "-n"), "Error: --nodaemon is given twice"),
        (("-n", "--logfile_backups=x"), 'Error: {home}/supervisord.conf: [supervisord] logfile_backups: "x"'),
    ],
)
def test_what_is_wrong_is_said_in_supervisords_way_and_ends_with_2(
    make: Make, words: tuple[str, ...], said: str
) -> None:
    daemon = make("[supervisord]\n")
    ended = daemon.by(*words)
    first, *_, last = ended.stderr.splitlines()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert first.startswith(said.format(home=daemon.home))
    assert last == "For help, use sexton supervisord -h"


def test_the_version_is_that_of_the_supervisord_whose_place_it_takes(make: Make) -> None:
    assert make("").by("-v").stdout == "4.3.0\n"


def test_options_go_before_what_the_file_says(make: Make) -> None:
    daemon = make(TALKING)
    daemon.launch("-l", "other.log", "-j", "other.pid", "-i", "me")
    daemon.wait_for("talk: running")
    assert (daemon.home / "other.log").exists()
    assert (daemon.home / "other.pid").exists()
    assert not (daemon.home / "main.log").exists()


def test_usr2_opens_the_logs_anew(make: Make) -> None:
    conf = "[supervisord]\nlogfile=main.log\n[program:a]\ncommand=sh -c 'echo one; exec sleep 1000'\n"
    daemon = make(f"{conf}stdout_logfile=a.log\n").start()
    daemon.wait_for("a: running")
    for name in ("a.log", "main.log"):
        (daemon.home / name).rename(daemon.home / f"{name}.old")
    daemon.signal(signal.SIGUSR2)
    daemon.wait_for("opened the logs anew")
    assert "opened the logs anew" in (daemon.home / "main.log").read_text()
    assert (daemon.home / "a.log").read_text() == ""
    assert (daemon.home / "a.log.old").read_text() == "one\n"


def test_hup_starts_everything_anew_in_the_same_process(make: Make) -> None:
    daemon = make(TALKING).start()
    daemon.wait_for("^I am talk$")
    daemon.config.write_text(TALKING.replace("I am", "Now I am"))
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("^Now I am talk$")
    assert (daemon.home / "supervisord.pid").read_text() == f"{daemon.pid}\n"
    assert daemon.stop() == 0


LISTENER = """
[eventlistener:ear]
command = sh %(here)s/ear.sh
events = SUPERVISOR_STATE_CHANGE
directory = %(here)s
"""


EAR = """
env >env.$$
while echo READY; do
    read -r header
    echo "$header" >>heard
    head -c "${header##*len:}" >/dev/null
    printf 'RESULT 2\\nOK'
done
"""


def test_events_are_counted_on_over_a_hup(make: Make) -> None:
    daemon = make(TALKING + LISTENER)
    (daemon.home / "ear.sh").write_text(EAR)
    daemon.start()
    for _ in range(3):
        daemon.wait_for("ear: running")
        daemon.signal(signal.SIGHUP)
    daemon.wait_for("ear: running")
    assert daemon.stop() == 0
    headers = [
        dict(word.split(":") for word in line.split()) for line in (daemon.home / "heard").read_text().splitlines()
    ]
    assert [int(header["serial"]) for header in headers] == list(range(len(headers)))
    assert len(headers) > 3
    assert not any("SEXTON_SERIAL" in file.read_text() for file in daemon.home.glob("env.*"))


def test_hup_changes_nothing_when_the_file_is_wrong(make: Make) -> None:
    daemon = make(TALKING).start()
    daemon.wait_for("^I am talk$")
    daemon.config.write_text(TALKING + "numprocs = x\n")
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("not restarted: .*numprocs")
    assert len(daemon.others()) == 1


def test_reload_changes_nothing_when_the_file_is_wrong_or_a_port_is_taken(make: Make) -> None:
    server = "[inet_http_server]\nport = 127.0.0.1:{}\n"
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        daemon = make(TALKING + server.format(port)).start()
        daemon.wait_for("^I am talk$")
        with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/RPC2") as proxy:
            for wrong, why in (
                (
                    TALKING.replace("logfile", "user = nobody-of-this-name\nlogfile") + server.format(port),
                    "there is no user",
                ),
                (
                    TALKING.replace("logfile", "pidfile = /proc/nowhere/pid\nlogfile") + server.format(port),
                    "/proc/nowhere",
                ),
                (
                    TALKING.replace("logfile", "minfds = 99999999999\nlogfile") + server.format(port),
                    "minfds: 99999999999",
                ),
                (TALKING + "numprocs = x\n" + server.format(port), r"numprocs: .x. is no"),
                (TALKING + server.format(taken.getsockname()[1]), "Address already in use"),
            ):
                daemon.config.write_text(wrong)
                daemon.signal(signal.SIGHUP)
                daemon.wait_for(f"not restarted: .*{why}")
                with pytest.raises(xmlrpc.client.Fault, match=f"FAILED: not restarted: .*{why}"):
                    proxy.supervisor.restart()
                assert len(daemon.others()) == 1
            daemon.config.write_text(TALKING.replace("I am", "Now I am") + server.format(port))
            assert proxy.supervisor.restart() is True
        daemon.wait_for("^Now I am talk$")
    assert daemon.stop() == 0


def test_it_stops_to_a_signal_although_a_restart_was_asked_for(make: Make) -> None:
    daemon = make(TALKING + "stopsignal = WINCH\nstopwaitsecs = 60\n").start()
    daemon.wait_for("^I am talk$")
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("stopping")
    daemon.signal(signal.SIGTERM)
    assert daemon.end() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_it_gives_up_the_rights_of_root_for_those_of_its_user(make: Make) -> None:
    daemon = make("[supervisord]\nuser=nobody\nlogfile=/dev/null\npidfile=/dev/null\n").start()
    assert Path(f"/proc/{daemon.pid}").stat().st_uid == 65534
    assert daemon.stop() == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_program_of_the_user_whom_it_has_become_runs(make: Make) -> None:
    daemon = make("[supervisord]\nuser=nobody\n[program:a]\ncommand=sleep 1000\nuser=nobody\n").start()
    daemon.wait_for("a: running")
    assert daemon.stop() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_clients_are_served_by_a_user_who_cannot_read_python(make: Make, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for package in (sexton, h11):
        shutil.copytree(Path(str(package.__file__)).parent, closed / package.__name__)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    main = "[supervisord]\nuser=nobody\nlogfile=/dev/null\npidfile=/dev/null\n[program:a]\ncommand=sleep 1000\n"
    daemon = make(f"{main}[inet_http_server]\nport=127.0.0.1:{port}\n")
    daemon.start(env={"PYTHONPATH": str(closed)})
    daemon.wait_for("a: running")
    with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/RPC2") as proxy:
        supervisor: Any = proxy.supervisor
        assert supervisor.getProcessInfo("a")["statename"] == "RUNNING"
        with pytest.raises(xmlrpc.client.Fault, match=r"not restarted: .*user: uid 65534 cannot read /"):
            supervisor.restart()
        assert supervisor.getProcessInfo("a")["statename"] == "RUNNING"
    assert daemon.stop() == 0


def test_it_starts_where_nothing_can_be_written(make: Make) -> None:
    conf = TALKING.replace("main.log", "/proc/none.log").replace("childlogdir = %(here)s", "pidfile = /proc/none.pid")
    daemon = make(f"{conf}[program:quiet]\ncommand=sh -c 'echo lost; exec sleep 1000'\n[sexton]\nlog_dir=/proc/none\n")
    daemon.start()
    daemon.wait_for("^I am talk$")
    daemon.wait_for("quiet: running")
    assert daemon.stop() == 0


def test_supervisorctl_finds_it_where_the_file_says(make: Make) -> None:
    sections = "[unix_http_server]\nfile = ctl.sock\n[supervisorctl]\nserverurl = unix://%(here)s/ctl.sock\n"
    daemon = make(TALKING + sections)
    daemon.start()
    daemon.wait_for("talk: running")
    asked = subprocess.run(
        (sys.executable, "-m", "supervisor.supervisorctl", "-c", str(daemon.config), "status"),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    assert asked.stdout.split()[:2] == ["talk", "RUNNING"]
    assert daemon.by("-n").returncode == 2  # the place is taken
    assert daemon.stop() == 0
    assert not (daemon.home / "ctl.sock").exists()
