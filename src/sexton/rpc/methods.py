"""The methods of supervisord's XML-RPC interface, by their names: what each takes and gives, and what it does.

The table is all there is: what clients may call, how they are told of it (system.methodHelp), and whether a call
changes something, which the door wants to know. Invariant: no name outside of the table reaches any code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.rpc import configs, daemon, groups, infos, logs, steering

if TYPE_CHECKING:
    from sexton.ports import Programs

Body = Callable[..., Any]  # (programs, *params) -> value, or Later


class Method(NamedTuple):
    """`params` are `type name`; the last `optional` of them may be left out. `always`: answered on the way out too."""

    body: Body
    returns: str
    params: tuple[str, ...]
    help: str
    changes: bool = False
    optional: int = 0
    always: bool = False

    def takes(self, count: int) -> bool:
        return len(self.params) - self.optional <= count <= len(self.params)

    @property
    def signature(self) -> list[str]:
        return [self.returns, *(param.split()[0] for param in self.params)]

    @property
    def described(self) -> str:
        params = "".join(f"@param {param}\n" for param in self.params)
        return f"{self.help}\n\n{params}@return {self.returns} result"


_CHANNEL = ("string name", "int offset", "int length")
_ALL_INFOS = infos.Infos()


def _all_infos(programs: Programs) -> object:
    return _ALL_INFOS.all(programs)


def _reads(body: Body, returns: str, text: str, *params: str) -> Method:
    return Method(body, returns, params, text)


def _does(body: Body, returns: str, text: str, *params: str, optional: int = 0, always: bool = False) -> Method:
    return Method(body, returns, params, text, changes=True, optional=optional, always=always)


def _may_wait(body: Body, returns: str, text: str, *params: str) -> Method:
    return _does(body, returns, text, *params, "boolean wait", optional=1)


_SUPERVISOR: Mapping[str, Method] = {
    "getAPIVersion": _reads(daemon.api_version, "string", "The version of this interface."),
    "getVersion": _reads(daemon.api_version, "string", "The version of this interface."),
    "getSupervisorVersion": _reads(daemon.version, "string", "The version of supervisord that is spoken here."),
    "getIdentification": _reads(daemon.identification, "string", "What this instance is called."),
    "getState": _reads(daemon.state, "struct", "How Sexton itself stands: statecode and statename."),
    "getPID": _reads(daemon.pid, "int", "Sexton's process id."),
    "readLog": _reads(logs.read_own, "string", "A piece of Sexton's own log.", *_CHANNEL[1:]),
    "readMainLog": _reads(logs.read_own, "string", "A piece of Sexton's own log.", *_CHANNEL[1:]),
    "clearLog": _does(logs.clear_own, "boolean", "Empty Sexton's own log."),
    "shutdown": _does(daemon.shutdown, "boolean", "Stop everything and end."),
    "restart": _does(daemon.restart, "boolean", "Stop everything and start anew."),
    "reloadConfig": _does(groups.reload_config, "array", "Read the configuration anew: [[added, changed, removed]]."),
    "addProcessGroup": _does(groups.add, "boolean", "Take up a group of the configuration.", "string name"),
    "removeProcessGroup": _does(groups.remove, "boolean", "Let go of a group that is stopped.", "string name"),
    "getAllConfigInfo": _reads(configs.configs, "array", "What the configuration says of each process."),
    "getProcessInfo": _reads(infos.info, "struct", "How a process stands.", "string name"),
    "getAllProcessInfo": _reads(_all_infos, "array", "How all processes stand."),
    "startProcess": _may_wait(steering.start, "boolean", "Start a process.", "string name"),
    "startProcessGroup": _may_wait(steering.start_group, "array", "Start a group's processes.", "string name"),
    "startAllProcesses": _may_wait(steering.start_all, "array", "Start all processes."),
    "stopProcess": _may_wait(steering.stop, "boolean", "Stop a process.", "string name"),
    "stopProcessGroup": _may_wait(steering.stop_group, "array", "Stop a group's processes.", "string name"),
    "stopAllProcesses": _may_wait(steering.stop_all, "array", "Stop all processes."),
    "signalProcess": _does(steering.signal, "boolean", "Send a signal.", "string name", "string signal"),
    "signalProcessGroup": _does(
        steering.signal_group, "array", "Send a signal to a group.", "string name", "string signal"
    ),
    "signalAllProcesses": _does(steering.signal_all, "array", "Send a signal to all processes.", "string signal"),
    "readProcessLog": _reads(logs.read_output, "string", "A piece of what a process wrote.", *_CHANNEL),
    "readProcessStdoutLog": _reads(logs.read_output, "string", "A piece of what a process wrote.", *_CHANNEL),
    "readProcessStderrLog": _reads(logs.read_errors, "string", "A piece of its standard error.", *_CHANNEL),
    "tailProcessLog": _reads(logs.tail_output, "array", "The end of what a process wrote.", *_CHANNEL),
    "tailProcessStdoutLog": _reads(logs.tail_output, "array", "The end of what a process wrote.", *_CHANNEL),
    "tailProcessStderrLog": _reads(logs.tail_errors, "array", "The end of its standard error.", *_CHANNEL),
    "clearProcessLog": _does(logs.clear, "boolean", "Empty a process's logs.", "string name"),
    "clearProcessLogs": _does(logs.clear, "boolean", "Empty a process's logs.", "string name"),
    "clearAllProcessLogs": _does(logs.clear_all, "array", "Empty the logs of all processes."),
    "sendProcessStdin": _does(
        daemon.send_stdin, "boolean", "Write to a process's standard input.", "string name", "string chars"
    ),
    "sendRemoteCommEvent": _does(
        daemon.send_event, "boolean", "Tell listeners something.", "string type", "string data", always=True
    ),
}
METHODS: Mapping[str, Method] = {f"supervisor.{name}": method for name, method in _SUPERVISOR.items()}
