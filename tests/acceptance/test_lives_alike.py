"""The same file under supervisord 4.3.0 and under Sexton: how often each program is started, and where it ends up."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.daemon import LIMIT, kill_marked, sexton
from tests.acceptance.supervisor import supervisorctl

CONF = """\
[supervisord]
logfile=main.log
childlogdir=%(here)s
[unix_http_server]
file=%(here)s/s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:falls]
command=sh -c 'echo >>falls; exit 1'
startretries=2
startsecs=5 ; supervisord may notice an end a second or two late, and take it for one of a program that ran
[program:falls-once]
command=sh -c 'echo >>falls-once; exit 0'
startretries=0
startsecs=5
[program:is-not-there]
command=/no/such/program
startretries=0
[program:ends-well]
command=sh -c 'echo >>ends-well; exit 2'
startsecs=0
exitcodes=0,2
[program:ends]
command=sh -c 'echo >>ends; exit 3'
startsecs=0
autorestart=false
[program:is-killed]
command=sh -c 'echo >>is-killed; kill -9 $$'
startsecs=0
autorestart=false
[program:reads]
command=sh -c 'echo >>reads; exec cat'
[program:waits]
command=sh -c 'echo >>waits'
autostart=false
"""
REAL = (sys.executable, "-W", "ignore", "-m", "supervisor.supervisord")
OURS = (*sexton(), "supervisord")
LAST = ("gave up: falls entered FATAL", "falls: exit code 1")  # what either says at the end
PROGRAMS = ("falls", "falls-once", "ends-well", "ends", "is-killed", "reads", "waits")


@contextmanager
def running(command: tuple[str, ...], home: Path) -> Iterator[Iterator[str]]:
    """What it says, line by line, while it runs."""
    home.mkdir()
    (home / "x.conf").write_text(CONF)
    with subprocess.Popen(
        (*command, "-n", "-c", "x.conf"), cwd=home, env=os.environ | {"HOME_OF_TEST": str(home)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        patience = threading.Timer(LIMIT, process.kill)
        patience.start()
        try:
            yield process.stdout
        finally:
            process.terminate()
            process.stdout.read()
            patience.cancel()
            kill_marked(home)


def lives(command: tuple[str, ...], home: Path) -> tuple[dict[str, str], dict[str, int]]:
    """Where each program ends up, and how often it was started."""
    with running(command, home) as said:
        fatal = next(line for line in said if LAST[0] in line or (LAST[1] in line and "stays down" in line))
        assert fatal
        listed = supervisorctl(home / "s", "status").text.splitlines()
    states = {name: state for name, state, *_ in map(str.split, listed)}
    return states, {name: len((home / name).read_text()) if (home / name).exists() else 0 for name in PROGRAMS}


def test_programs_are_started_as_often_and_end_up_in_the_same_states(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as both:
        ours, theirs = both.map(lives, (OURS, REAL), (tmp_path / "ours", tmp_path / "real"))
    assert ours == theirs
    assert ours[1]["falls"] == 3
