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
    """`returns` is `type what it is`, `params` are `type name what it is`; the last `optional` of them may be left out.
    `always`: answered on the way out too."""

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
        return [said.split()[0] for said in (self.returns, *self.params)]

    @property
    def described(self) -> str:
        """A sentence, an empty line, and a line for each tag that clients take apart, `@tag type name what it is`."""
        params = "".join(f"@param {param}\n" for param in self.params)
        kind, _, what = self.returns.partition(" ")
        return f"{self.help}\n\n{params}@return {kind} result {what}\n"


_PROCESS = "string name The process: NAME or GROUP:NAME"
_PROCESSES = f"{_PROCESS}, or GROUP:* for all of a group"
_GROUP = "string name The group"
_SIGNAL = "string signal Its name, with or without SIG, or its number"
_PIECE = ("int offset The byte to begin at; below 0 it counts from the end", "int length How many; 0 is up to the end")
_END = (_PROCESS, "int offset Where the client has got to", "int length How many bytes at most")
_DONE = "boolean True; what cannot be done is a fault"
_VERSION = "string The version"
_BYTES = "string What stands there"
_TAIL = "array The bytes, the offset after them, and whether some were left out"
_EACH = "array A struct for each process: name, group, status, description"
_ALL_INFOS = infos.Infos()


def _all_infos(programs: Programs) -> object:
    return _ALL_INFOS.all(programs)


def _reads(body: Body, returns: str, text: str, *params: str) -> Method:
    return Method(body, returns, params, text)


def _does(body: Body, returns: str, text: str, *params: str, optional: int = 0, always: bool = False) -> Method:
    return Method(body, returns, params, text, changes=True, optional=optional, always=always)


def _may_wait(body: Body, returns: str, text: str, *params: str) -> Method:
    return _does(
        body,
        returns,
        text,
        *params,
        "boolean wait Whether to answer only once all have settled; True where it is left out",
        optional=1,
    )


_SUPERVISOR: Mapping[str, Method] = {
    "getAPIVersion": _reads(daemon.api_version, _VERSION, "The version of this interface."),
    "getVersion": _reads(daemon.api_version, _VERSION, "The version of this interface."),
    "getSupervisorVersion": _reads(daemon.version, _VERSION, "The version of supervisord that is spoken here."),
    "getIdentification": _reads(daemon.identification, "string Its name", "What this instance is called."),
    "getState": _reads(daemon.state, "struct The keys statecode and statename", "How Sexton itself stands."),
    "getPID": _reads(daemon.pid, "int The id", "Sexton's process id."),
    "readLog": _reads(logs.read_own, _BYTES, "A piece of Sexton's own log.", *_PIECE),
    "readMainLog": _reads(logs.read_own, _BYTES, "A piece of Sexton's own log.", *_PIECE),
    "clearLog": _does(logs.clear_own, _DONE, "Empty Sexton's own log."),
    "shutdown": _does(daemon.shutdown, _DONE, "Stop everything and end."),
    "restart": _does(daemon.restart, _DONE, "Stop everything and start anew."),
    "reloadConfig": _does(
        groups.reload_config, "array Names of groups: [[added, changed, removed]]", "Read the configuration anew."
    ),
    "addProcessGroup": _does(groups.add, _DONE, "Take up a group of the configuration.", _GROUP),
    "removeProcessGroup": _does(groups.remove, _DONE, "Let go of a group that is stopped.", _GROUP),
    "getAllConfigInfo": _reads(
        configs.configs, "array A struct for each process", "What the configuration says of each process."
    ),
    "getProcessInfo": _reads(infos.info, "struct Its state, pid, times, logs", "How a process stands.", _PROCESS),
    "getAllProcessInfo": _reads(_all_infos, "array Such a struct for each process", "How all processes stand."),
    "startProcess": _may_wait(steering.start, _DONE, "Start a process.", _PROCESSES),
    "startProcessGroup": _may_wait(steering.start_group, _EACH, "Start a group's processes.", _GROUP),
    "startAllProcesses": _may_wait(steering.start_all, _EACH, "Start all processes."),
    "stopProcess": _may_wait(steering.stop, _DONE, "Stop a process.", _PROCESSES),
    "stopProcessGroup": _may_wait(steering.stop_group, _EACH, "Stop a group's processes.", _GROUP),
    "stopAllProcesses": _may_wait(steering.stop_all, _EACH, "Stop all processes."),
    "signalProcess": _does(steering.signal, _DONE, "Send a signal.", _PROCESSES, _SIGNAL),
    "signalProcessGroup": _does(steering.signal_group, _EACH, "Send a signal to a group.", _GROUP, _SIGNAL),
    "signalAllProcesses": _does(steering.signal_all, _EACH, "Send a signal to all processes.", _SIGNAL),
    "readProcessLog": _reads(logs.read_output, _BYTES, "A piece of what a process wrote.", _PROCESS, *_PIECE),
    "readProcessStdoutLog": _reads(logs.read_output, _BYTES, "A piece of what a process wrote.", _PROCESS, *_PIECE),
    "readProcessStderrLog": _reads(logs.read_errors, _BYTES, "A piece of its standard error.", _PROCESS, *_PIECE),
    "tailProcessLog": _reads(logs.tail_output, _TAIL, "The end of what a process wrote.", *_END),
    "tailProcessStdoutLog": _reads(logs.tail_output, _TAIL, "The end of what a process wrote.", *_END),
    "tailProcessStderrLog": _reads(logs.tail_errors, _TAIL, "The end of its standard error.", *_END),
    "clearProcessLog": _does(logs.clear, _DONE, "Empty a process's logs.", _PROCESS),
    "clearProcessLogs": _does(logs.clear, _DONE, "Empty a process's logs.", _PROCESS),
    "clearAllProcessLogs": _does(logs.clear_all, _EACH, "Empty the logs of all processes."),
    "sendProcessStdin": _does(
        daemon.send_stdin, _DONE, "Write to a process's standard input.", _PROCESS, "string chars What it reads"
    ),
    "sendRemoteCommEvent": _does(
        daemon.send_event,
        _DONE,
        "Tell listeners something.",
        "string type What it is about",
        "string data What is told",
        always=True,
    ),
}
METHODS: Mapping[str, Method] = {f"supervisor.{name}": method for name, method in _SUPERVISOR.items()}
