"""The same file under a real supervisord and under Sexton: a listener is told the same, to the byte but for pids and
times. What ends early does so long before its startsecs: supervisord looks once a second."""

import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xmlrpc.client import ServerProxy

import pytest
from supervisor.xmlrpc import SupervisorTransport

from tests.acceptance.supervised import Supervised
from tests.acceptance.supervisor import SERVER, Supervisord, answered, ask, supervisorctl

RECORDER = """\
import json, sys
from supervisor.childutils import listener
while True:
    headers, payload = listener.wait()
    with open("told", "a") as told:
        print(json.dumps([list(headers.items()), payload]), file=told, flush=True)
    listener.ok()
"""
TALKER = """\
import sys, time
def say(*words):
    for word in words:
        sys.stdout.write(word)
        sys.stdout.flush()
        time.sleep(0.3)
say("before anything is captured\\n", "<!--XSUPERVISOR:BEGIN-->a message as long as Malm")
say("\\u00f6<!--XSUPERVISOR:END-->", "after it, and long enough to come\\n")
time.sleep(4)
sys.exit(7)
"""
CONF = """\
[eventlistener:ear]
command={python} {home}/recorder.py
directory={home}
events=EVENT
buffer_size=100
[program:talker]
command={python} {home}/talker.py
environment=PYTHONIOENCODING="utf-8"
autostart=false
autorestart=false
startsecs=1
stdout_capture_maxbytes=1KB
stdout_events_enabled=true
[program:noisy]
command=sh -c "echo words; exec sleep 1000"
stdout_events_enabled=true
autostart=false
[program:fall]
command=sh -c "exit 3"
startsecs=6
startretries=1
autostart=false
[program:nope]
command=/nope/nothing
startretries=0
autostart=false
[program:twin]
command=sleep 1000
numprocs=2
process_name=%(program_name)s_%(process_num)02d
autostart=false
"""
SCRIPT = (
    "start talker",
    "start noisy",
    "start fall",
    "start nope",
    "start twin:*",
    "restart noisy",
    "stop twin:twin_01",
)


def told(home: Path) -> Iterator[tuple[str, list[str], str]]:
    """What the listener was told, without what is another each time: name, the header's words, payload."""
    for line in (home / "told").read_text().splitlines():
        headers, payload = json.loads(line)
        words = [f"{key}:{value}" for key, value in headers if key not in ("serial", "poolserial", "len")]
        name = dict(headers)["eventname"]
        assert dict(headers)["len"] == str(len(payload))
        assert [key for key, _ in headers][-1] == "len"
        if not name.startswith("TICK"):
            yield name, words, re.sub(r"pid:\d+", "pid:N", payload)


def by_process(events: Iterator[tuple[str, list[str], str]]) -> dict[str, list[tuple[str, list[str], str]]]:
    """In their order for each process; between processes there is none."""
    found: dict[str, list[tuple[str, list[str], str]]] = {}
    for name, words, payload in events:
        process = re.match(r"(processname|groupname):(\S+)", payload)
        found.setdefault(process[2] if process else "", []).append((name, words, payload))
    return found


def prepare(home: Path) -> str:
    home.mkdir()
    (home / "recorder.py").write_text(RECORDER)
    (home / "talker.py").write_text(TALKER, "utf-8")
    return CONF.format(python=sys.executable, home=home)


def play(home: Path) -> None:
    """What is done to either; the last thing that is told is that the talker has ended."""
    for line in SCRIPT:
        supervisorctl(home / "s.sock", *line.split())
    transport = SupervisorTransport(None, None, f"unix://{home}/s.sock")
    with ServerProxy("http://127.0.0.1", transport) as server:
        server.supervisor.sendRemoteCommEvent("deploy", "v2 für alle\n")
    await_told(home, "STATE_FATAL.*processname:fall", "STATE_EXITED.*processname:talker", "type:deploy")


def await_told(home: Path, *patterns: str) -> None:
    """Until the listener was told each; asked by a command that takes its time by itself."""
    for pattern in patterns:
        for _ in range(60):
            if (home / "told").exists() and re.search(pattern, (home / "told").read_text()):
                break
            answered(ask(home / "s.sock", "status"), home / "s.sock")
        else:
            pytest.fail(f"{pattern} was never told")


def test_a_listener_is_told_the_same_by_either(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    conf = prepare(ours)
    with (
        Supervisord(theirs, prepare(theirs)),
        Supervised(ours, "[supervisord]\n" + SERVER.format(home=ours) + conf) as sexton,
        ThreadPoolExecutor() as at_once,
    ):
        sexton.start()
        assert list(at_once.map(play, (theirs, ours))) == [None, None]
        sexton.stop()
    expected, found = by_process(told(theirs)), by_process(told(ours))
    assert found.keys() == expected.keys()
    for process, events in expected.items():
        ending = 1 if process == "ear" else 0  # supervisord's own end is told to nobody who still listens
        assert found[process][: len(events) - ending] == events[: len(events) - ending], process
