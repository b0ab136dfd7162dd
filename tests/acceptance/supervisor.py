"""A real supervisord beside a real Sexton, and the real supervisorctl asking either.

What they print is compared after pids, uptimes, times and places have been made alike. Both are started by the
interpreter that runs the tests, where supervisor 4.3.0 is installed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import warnings
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from xmlrpc.client import ServerProxy

from tests.acceptance.daemon import LIMIT, kill_marked

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for entry points in a way that is deprecated
    from supervisor.options import ClientOptions
    from supervisor.supervisorctl import Controller

SETTINGS = """\
[supervisord]
nodaemon=true
logfile={home}/supervisord.log
pidfile={home}/supervisord.pid
childlogdir={home}
"""
SERVER = """\
[unix_http_server]
file={home}/s.sock
[supervisorctl]
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
ALIKE = (
    (re.compile(r"pid \d+, uptime [^\n]*"), "pid N, uptime T"),
    (re.compile(r"[A-Z][a-z]{2} \d{2} \d{2}:\d{2} [AP]M"), "STOPPED-AT"),
    (re.compile(r"^\d+$", re.MULTILINE), "N"),
)


class Said(NamedTuple):
    """What supervisorctl printed, and its exit code."""

    text: str
    code: int


class Supervisord:
    """A context manager: the real supervisord, with `programs` in its configuration, and whatever `server` it has."""

    def __init__(self, home: Path, programs: str, server: str = SERVER) -> None:
        self.home = home
        self._server = server
        self.socket = home / "s.sock"
        self._config = home / "supervisord.conf"
        self.write(programs)

    def write(self, programs: str) -> None:
        self._config.write_text((SETTINGS + self._server).format(home=self.home) + programs)

    def __enter__(self) -> Supervisord:
        command = (sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-n", "-c", str(self._config))
        self._process = subprocess.Popen(
            command, cwd=self.home, env=os.environ | {"HOME_OF_TEST": str(self.home)}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        patience = threading.Timer(LIMIT, self._process.kill)
        patience.start()
        for line in self._process.stdout:
            if "supervisord started" in line:
                break
        patience.cancel()
        self._listener = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._listener.start()
        return self

    @property
    def log(self) -> str:
        return (self.home / "supervisord.log").read_text()

    def signal(self, signum: int) -> None:
        self._process.send_signal(signum)

    def end(self) -> int:
        """Wait for it to end by itself; its exit code."""
        return self._process.wait(LIMIT)

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        self._process.terminate()
        return self.end()

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # asked to, it looks once a second whether a child has ended
        self.end()
        kill_marked(self.home)
        self._listener.join(LIMIT)
        assert self._process.stdout is not None
        self._process.stdout.close()


def command(socket: Path, *args: str) -> tuple[str, ...]:
    return (sys.executable, "-W", "ignore", "-m", "supervisor.supervisorctl", "-s", f"unix://{socket}", *args)


def ask(socket: Path, *args: str) -> subprocess.Popen[str]:
    """Begin a command of the real supervisorctl's, as it speaks to whoever is behind `socket`."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(socket, *args), stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=socket.parent)


def answered(asked: subprocess.Popen[str], socket: Path, stdin: str = "") -> Said:
    """Wait for what comes of it."""
    output, errors = asked.communicate(stdin, LIMIT)
    return Said(alike(output + errors, socket), asked.returncode)


class ByHand(ClientOptions):  # type: ignore[misc]
    """Options that no file adds to. A context manager: it closes the connections that were made by them."""

    def __enter__(self) -> ByHand:
        self._closing = ExitStack()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def default_configfile(self) -> None:
        return None

    def getServerProxy(self) -> ServerProxy:
        proxy: ServerProxy = self._closing.enter_context(super().getServerProxy())
        return proxy


def supervisorctl(socket: Path, *args: str) -> Said:
    """A command, from its beginning to its end, by what supervisorctl is made of, but in this process: a Python for
    each would take a hundred times as long. For what prints as it goes there is `ask`."""
    with ByHand() as options:
        options.realize(["-s", f"unix://{socket}", *args], doc="")
        printed = StringIO()
        controller = Controller(options, stdout=printed)
        controller.onecmd(" ".join(options.args))
    return Said(alike(printed.getvalue(), socket), int(controller.exitstatus))


def alike(text: str, socket: Path) -> str:
    """What was said, without what differs from one process to another; lines of several processes in one order."""
    text = text.replace(str(socket), "SOCKET")
    for pattern, word in ALIKE:
        text = pattern.sub(word, text)
    return "\n".join(sorted(text.splitlines()))
