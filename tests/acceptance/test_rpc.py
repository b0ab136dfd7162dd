"""The same XML-RPC calls to a real supervisord and to Sexton with the same file: the same values, faults and words."""

import xmlrpc.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from supervisor.xmlrpc import SupervisorTransport

from tests.acceptance.supervised import Supervised
from tests.acceptance.supervisor import SERVER, SETTINGS, Supervisord

PROGRAMS = """
[program:web]
command = sleep 1000
stdout_logfile = {home}/web.out
stderr_logfile = {home}/web.err
stdout_logfile_maxbytes = 1MB
stderr_logfile_backups = 3
priority = 5
stopsignal = INT
stdout_events_enabled = true
stderr_capture_maxbytes = 4KB
stopwaitsecs = 7
exitcodes = 0,2
directory = /
[program:talk]
command = sh -c 'echo out; echo err >&2; exec sleep 1000'
redirect_stderr = true
stdout_logfile = {home}/talk.out
[program:none]
command = sleep 1000
autostart = false
autorestart = true
startsecs = 3
startretries = 9
stopasgroup = true
stdout_logfile = NONE
stderr_logfile = NONE
[program:gone]
command = /nope/x
autostart = false
startretries = 0
stdout_logfile = {home}/gone.out
stderr_logfile = {home}/gone.err
[program:many]
command = sleep 100%(process_num)s
process_name = %(process_num)02d
numprocs = 2
stdout_logfile = {home}/many.out
stderr_logfile = {home}/many.err
[group:site]
programs = none,gone
priority = 3
"""
CALLS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    *((f"supervisor.{name}", ()) for name in ("getAPIVersion", "getVersion", "getSupervisorVersion")),
    *((f"supervisor.{name}", ()) for name in ("getIdentification", "getState", "getAllProcessInfo")),
    ("supervisor.getAllConfigInfo", ()),
    ("supervisor.getProcessInfo", ("web",)),
    ("supervisor.getProcessInfo", ("many:00",)),
    ("supervisor.getProcessInfo", ("many",)),
    ("supervisor.getProcessInfo", ("many:*",)),
    ("supervisor.getProcessInfo", ("",)),
    ("supervisor.startProcess", ("web",)),
    ("supervisor.startProcess", ("web:web",)),
    ("supervisor.startProcess", ("gone",)),
    ("supervisor.startProcess", ("site:gone",)),
    ("supervisor.startProcess", ("site:none", False)),
    ("supervisor.stopProcess", ("site:none",)),
    ("supervisor.stopProcess", ("site:none",)),
    ("supervisor.stopProcess", ("many:*",)),
    ("supervisor.startProcessGroup", ("many",)),
    ("supervisor.startProcessGroup", ("nope",)),
    ("supervisor.stopProcessGroup", ("many:00",)),
    ("supervisor.signalProcess", ("web", "CONT")),
    ("supervisor.signalProcess", ("web", "SIGCONT")),
    ("supervisor.signalProcess", ("web", "18")),
    ("supervisor.signalProcess", ("web", "nope")),
    ("supervisor.signalProcess", ("site:none", "CONT")),
    ("supervisor.signalProcessGroup", ("many", "CONT")),
    ("supervisor.signalProcessGroup", ("many", "nope")),
    ("supervisor.signalProcessGroup", ("nope", "CONT")),
    ("supervisor.signalAllProcesses", ("CONT",)),
    ("supervisor.readProcessLog", ("talk", 0, 0)),
    ("supervisor.readProcessStdoutLog", ("talk", 1, 3)),
    ("supervisor.readProcessStdoutLog", ("talk", -4, 0)),
    ("supervisor.readProcessStdoutLog", ("talk", -4, 1)),
    ("supervisor.readProcessStdoutLog", ("talk", 0, -1)),
    ("supervisor.readProcessStderrLog", ("talk", 0, 0)),
    ("supervisor.readProcessLog", ("site:none", 0, 0)),
    ("supervisor.readProcessLog", ("nope", 0, 0)),
    ("supervisor.tailProcessStdoutLog", ("talk", 0, 100)),
    ("supervisor.tailProcessStdoutLog", ("talk", 0, 2)),
    ("supervisor.tailProcessStderrLog", ("talk", 0, 2)),
    ("supervisor.sendProcessStdin", ("web", "x")),
    ("supervisor.sendProcessStdin", ("site:none", "x")),
    ("supervisor.sendProcessStdin", ("web", 3)),
    ("supervisor.sendRemoteCommEvent", ("a", "b")),
    ("supervisor.clearProcessLog", ("talk",)),
    ("supervisor.readProcessLog", ("talk", 0, 0)),
    ("supervisor.clearProcessLogs", ("nope",)),
    ("supervisor.clearAllProcessLogs", ()),
    ("supervisor.reloadConfig", ()),
    ("supervisor.addProcessGroup", ("web",)),
    ("supervisor.addProcessGroup", ("nope",)),
    ("supervisor.removeProcessGroup", ("web",)),
    ("supervisor.removeProcessGroup", ("nope",)),
    ("supervisor.nope", ()),
    ("nope", ()),
    ("supervisor.getState", ("x",)),
    ("supervisor._update", ("x",)),
    ("system.listMethods", ()),
    ("system.methodSignature", ("supervisor.startProcess",)),
    ("system.methodSignature", ("supervisor.nope",)),
    ("system.methodHelp", ("supervisor.nope",)),
    ("system.multicall", ([{"methodName": "supervisor.getVersion", "params": []}, {"methodName": "nope"}, {}],)),
    ("supervisor.stopAllProcesses", ()),
    ("supervisor.getAllProcessInfo", ()),
)


class Client:
    """Asks one of the two; `home` is where its files are."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._proxy = xmlrpc.client.ServerProxy(
            "http://127.0.0.1", transport=SupervisorTransport("", "", f"unix://{home}/s.sock")
        )

    def close(self) -> None:
        self._proxy("close")()

    def ask(self, method: str, params: tuple[Any, ...]) -> object:
        try:
            return self._alike(getattr(self._proxy, method)(*params))
        except xmlrpc.client.Fault as fault:
            return "fault", fault.faultCode, self._alike(fault.faultString)

    def _alike(self, value: Any, key: str = "") -> Any:
        """Without what differs from one process to another."""
        match value:
            case dict():
                return {name: self._alike(each, name) for name, each in value.items()}
            case [{"status": _}, *_]:  # several were asked something: whoever is done first comes first
                return sorted(value, key=str)
            case list():
                return [self._alike(each) for each in value]
            case int() if key in ("pid", "start", "now", "stop"):
                return value > 0
            case str() if key == "description" and "uptime" in value:
                return "uptime"
            case str():
                return value.replace(str(self.home), "HOME")
        return value


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[tuple[Client, Client]]:
    ours, theirs = tmp_path / "sexton", tmp_path / "supervisord"
    for home in (ours, theirs):
        home.mkdir()
    daemon = Supervised(ours, (SETTINGS + SERVER).format(home=ours) + PROGRAMS.format(home=ours))
    with (
        daemon,
        Supervisord(theirs, PROGRAMS.format(home=theirs)),
        closing(Client(ours)) as us,
        closing(Client(theirs)) as them,
    ):
        daemon.start()
        for client in (us, them):
            while "STARTING" in str(client.ask("supervisor.getAllProcessInfo", ())):
                pass
        yield us, them


def test_every_call_gives_what_supervisord_gives(clients: tuple[Client, Client]) -> None:
    us, them = clients
    said = [(call, us.ask(*call), them.ask(*call)) for call in CALLS]
    differing = [(call, ours, theirs) for call, ours, theirs in said if ours != theirs]
    assert differing == []
