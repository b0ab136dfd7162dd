"""Sexton and a real supervisord with the same file, side by side: both are asked the same, by calls and by commands.

`{home}` in the file is each one's own folder; in what they say it reads HOME.
"""

from __future__ import annotations

import shlex
import xmlrpc.client
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from tests.acceptance.supervised import Supervised
from tests.acceptance.supervisor import SERVER, SETTINGS, Said, Supervisord, answered, ask

MOVING = ("STARTING", "STOPPING", "BACKOFF")


class Beside:
    """A context manager: both run from a file with `programs`, once everything in it has come to rest."""

    def __init__(self, home: Path, programs: str) -> None:
        self.homes = ours, theirs = home / "sexton", home / "supervisord"
        for each in self.homes:
            each.mkdir()
        whole = [(SETTINGS + SERVER + programs).replace("{home}", str(each)) for each in self.homes]
        self.ours = Supervised(ours, whole[0])
        self.theirs = Supervisord(theirs, programs.replace("{home}", str(theirs)))
        self._closing = ExitStack()

    def __enter__(self) -> Beside:
        self._closing.enter_context(self.ours)
        self._closing.enter_context(self.theirs)
        self.ours.start()
        self._proxies = [self._closing.enter_context(connected(home)) for home in self.homes]
        self.settle()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def settle(self) -> None:
        """Ask both until nothing moves any more."""
        while any(word in str(self.call("getAllProcessInfo")) for word in MOVING):
            pass

    def until(self, name: str, state: str) -> None:
        """Ask both until a process is in that state."""
        while [info["statename"] for info in self.call("getProcessInfo", name)] != [state] * 2:
            pass

    def call(self, method: str, *params: Any) -> tuple[Any, Any]:
        """What Sexton says, and what supervisord says; a fault as its code and text."""
        ours, theirs = (
            _call(proxy, home, method, params) for proxy, home in zip(self._proxies, self.homes, strict=True)
        )
        return ours, theirs

    def command(self, line: str) -> tuple[Said, Said]:
        """The same of a command of supervisorctl's."""
        sockets = [home / "s.sock" for home in self.homes]
        asked = [ask(socket, *shlex.split(line)) for socket in sockets]
        ours, theirs = (answered(each, socket) for each, socket in zip(asked, sockets, strict=True))
        return ours, theirs


def connected(home: Path) -> xmlrpc.client.ServerProxy:
    return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=SupervisorTransport("", "", f"unix://{home}/s.sock"))


def _call(proxy: xmlrpc.client.ServerProxy, home: Path, method: str, params: tuple[Any, ...]) -> Any:
    try:
        return _alike(getattr(proxy.supervisor, method)(*params), str(home))
    except xmlrpc.client.Fault as fault:
        return "fault", fault.faultCode, _alike(fault.faultString, str(home))


def _alike(value: Any, home: str) -> Any:
    match value:
        case dict():
            return {name: _alike(each, home) for name, each in value.items()}
        case list():
            return [_alike(each, home) for each in value]
        case str():
            return value.replace(home, "HOME")
    return value
