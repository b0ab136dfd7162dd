"""The real supervisorctl 4.3.0 asks a real supervisord and Sexton the same, and hears the same, word for word.

Both are started with one file: programs, a group, and the socket at which they are asked.
"""

import shlex
import socket
import subprocess
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.daemon import LIMIT, Daemon
from tests.acceptance.jobs import service
from tests.acceptance.supervised import Supervised
from tests.acceptance.supervisor import (
    SERVER,
    SETTINGS,
    Said,
    Supervisord,
    alike,
    answered,
    ask,
    command,
    supervisorctl,
)

TALK = "sh -c 'echo out; echo äöü; echo err >&2; exec sleep 1000'"
SLEEP = "sleep 1000"
PROGRAMS = {
    "web": SLEEP,
    "talk": TALK,
    "off": SLEEP,
    "bad": "/nope/x",
    "fall": "sh -c 'exit 3'",
    "a": SLEEP,
    "b": SLEEP,
}
LATER = {"web": "sleep 2000", "talk": TALK, "new": SLEEP, "bad": "/nope/x", "fall": "true", "a": SLEEP}
STILL = ("off", "bad", "fall")

DIALOGUE = """\
version
pid
status
status g:*
status web talk
status nope
status g:a nope g:nope
start off
start off
start bad
start fall
status fall
start nope
start g:nope
start
stop g:*
stop g:*
start g:*
stop g:a
start g:a web
restart web
restart nope
restart g:*
signal CONT web
signal 18 g:*
signal 0 web
signal 0 off
signal -1 web
signal HUP all
signal NOPE web
signal CONT nope
signal CONT all
signal CONT bad
tail talk
tail -7 talk
tail -f
tail talk stderr
tail talk nope
tail nope
tail
clear talk
tail talk
clear nope
clear all
avail
reread
update
update nope
add nope
add web
remove web
remove nope
stop all
status
start all
status
stop web
remove web
add web
remove nope web
restart all
pid all
status g:
signal 0 all
signal 99 web
update all
nonsense
help status
"""


def conf(programs: dict[str, str]) -> str:
    found = ""
    for name, line in programs.items():
        found += f"[program:{name}]\ncommand={line}\nstartretries=0\nautostart={name not in STILL}\n"
    members = ",".join(name for name in ("a", "b") if name in programs)
    return found + (f"[group:g]\nprograms={members}\n" if members else "")


class Pair:
    """Sexton in the place of supervisord, and a place for a supervisord beside it."""

    def __init__(self, home: Path) -> None:
        self.ours = home / "sexton"
        self.theirs = home / "supervisord"
        for each in (self.ours, self.theirs):
            each.mkdir()
        self.socket = self.ours / "s.sock"
        self.daemon = Supervised(self.ours, self.text(PROGRAMS))

    def text(self, programs: dict[str, str]) -> str:
        return (SETTINGS + SERVER).format(home=self.ours) + conf(programs)

    def write(self, programs: dict[str, str]) -> None:
        self.daemon.config.write_text(self.text(programs))

    def converse(self, other: Supervisord, lines: Iterable[str]) -> None:
        """Ask both the same, and compare."""
        said = [(line, *self.both(other, line)) for line in lines]
        assert [(line, ours) for line, ours, _ in said] == [(line, theirs) for line, _, theirs in said]

    def settle(self, other: Supervisord) -> None:
        """Ask both until nothing starts any more."""
        while any("STARTING" in said.text for said in self.both(other, "status")):
            pass

    def both(self, other: Supervisord, line: str) -> tuple[Said, Said]:
        words = shlex.split(line)
        with ThreadPoolExecutor() as at_once:
            ours, theirs = at_once.map(lambda socket: supervisorctl(socket, *words), (self.socket, other.socket))
        return ours, theirs


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    pair = Pair(tmp_path)
    with pair.daemon:
        pair.daemon.start()
        yield pair


def test_every_command_is_answered_in_the_same_words_with_the_same_exit_code(pair: Pair) -> None:
    with Supervisord(pair.theirs, conf(PROGRAMS)) as other:
        pair.settle(other)
        pair.converse(other, DIALOGUE.splitlines())
        pair.write(LATER)
        other.write(conf(LATER))
        pair.converse(other, ("reread", "avail", "add new", "update", "reread"))
        pair.settle(other)
        pair.converse(other, ("status", "shutdown"))
        assert (pair.daemon.end(), other.end()) == (0, 0)
        ours, theirs = pair.both(other, "status")
        assert ours == theirs == Said("unix://SOCKET no such file", 4)


def test_a_log_is_followed(pair: Pair) -> None:
    pair.daemon.wait_for(r"talk: running")
    follow = command(pair.socket, "tail", "-f", "talk")
    with subprocess.Popen(follow, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline() == "==> Press Ctrl-C to exit <==\n"
        assert [follower.stdout.readline() for _ in range(2)] == ["out\n", "äöü\n"]
        supervisorctl(pair.socket, "restart", "talk")
        assert [follower.stdout.readline() for _ in range(2)] == ["out\n", "äöü\n"]
        follower.terminate()


ECHO = service("echo", command=["cat"], stdin={"open": True})


@contextmanager
def typing(socket: Path, line: str) -> Iterator[None]:
    """Somebody has `echo` in the foreground and types a line; killed in the end, since its own end may hang."""
    with subprocess.Popen(command(socket, "fg", "echo"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as person:
        assert person.stdin is not None
        person.stdin.write(line.encode())
        person.stdin.flush()
        yield
        person.kill()


def test_a_process_in_the_foreground_reads_what_is_typed(make: Callable[..., Daemon], tmp_path: Path) -> None:
    daemon = make(ECHO).start()
    daemon.wait_for(r"echo: running")
    with typing(tmp_path / "run/s.sock", "hello\n"):
        daemon.wait_for(r"echo +\| hello")
    assert daemon.stop() == 0


def test_standard_input_stays_open_when_sexton_is_replaced(make: Callable[..., Daemon], tmp_path: Path) -> None:
    daemon = make(ECHO).start()
    daemon.wait_for(r"echo: running")
    daemon.cli("reexec")
    daemon.wait_for(r"taken over|goes on|took over")
    with typing(tmp_path / "run/s.sock", "still here\n"):
        daemon.wait_for(r"echo +\| still here")
    assert daemon.stop() == 0


def test_the_main_log_is_shown_and_followed(pair: Pair) -> None:
    pair.daemon.wait_for(r"talk: running")
    assert "talk: running" in supervisorctl(pair.socket, "maintail", "-9999").text
    with subprocess.Popen(command(pair.socket, "maintail", "-f"), stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline() == "==> Press Ctrl-C to exit <==\n"
        supervisorctl(pair.socket, "stop", "web")
        while "web: stopped" not in follower.stdout.readline():
            pass
        follower.terminate()


def test_an_interactive_session_shows_how_it_stands_and_takes_commands(pair: Pair) -> None:
    pair.daemon.wait_for(r"web: running")
    said = answered(ask(pair.socket), pair.socket, "stop web\nopen http://localhost:1\nexit\n")
    assert "web: stopped" in said.text
    assert said.code == 0


def test_a_restart_begins_anew_in_the_same_process_with_the_files_as_they_are(pair: Pair) -> None:
    pair.daemon.wait_for(r"web: running")
    pair.write({"fresh": SLEEP})
    pid = pair.daemon.pid
    assert supervisorctl(pair.socket, "reload") == Said("Restarted supervisord", 0)
    pair.daemon.wait_for(rf"Sexton \S+, pid {pid}: 1 service,")
    pair.daemon.wait_for(r"fresh: running")
    assert pair.daemon.stop() == 0


LOGIN = """\
[inet_http_server]
port=127.0.0.1:{port}
username=admin
password={{SHA}}7110eda4d09e062aa5e4a390b0a572ac0d2c0220
"""


@pytest.mark.parametrize("words", [("-u", "admin", "-p", "1234"), ("-u", "admin", "-p", "12345"), ()])
def test_a_password_is_asked_for_as_supervisord_does(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = []
    for name in ("sexton", "supervisord"):
        home = tmp_path / name
        home.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        programs = LOGIN.format(port=port) + conf({"web": SLEEP})
        text = (SETTINGS + SERVER).format(home=home) + programs
        with Supervised(home, text).start() if name == "sexton" else Supervisord(home, programs):
            while "STARTING" in supervisorctl(home / "s.sock", "status").text:
                pass
            asked = (*command(home / "s.sock")[:-1], f"http://127.0.0.1:{port}", *words, "status")
            done = subprocess.run(asked, capture_output=True, text=True, cwd=home, timeout=LIMIT, check=False)
            said.append(Said(alike(done.stdout + done.stderr, home), done.returncode))
    assert said[0] == said[1]
    assert ("RUNNING" in said[0].text) == ("1234" in words)


def test_each_of_several_servers_has_a_password_of_its_own(tmp_path: Path) -> None:
    text = (SETTINGS + SERVER).format(home=tmp_path) + conf({"web": SLEEP})
    text += f"[unix_http_server:team]\nfile={tmp_path}/team.sock\nchmod=0770\nusername=u\npassword=p\n"
    with Supervised(tmp_path, text).start():
        assert (tmp_path / "team.sock").stat().st_mode & 0o777 == 0o770
        assert "web" in supervisorctl(tmp_path / "s.sock", "status").text
        assert "web" in supervisorctl(tmp_path / "team.sock", "-u", "u", "-p", "p", "status").text
        for words in ((), ("-u", "u", "-p", "q")):
            said = supervisorctl(tmp_path / "team.sock", *words, "status")
            assert ("Server requires authentication" in said.text, said.code) == (True, 1)
