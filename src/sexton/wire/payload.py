"""What events say: the payload of each kind, as supervisord 4 writes it, to the byte.

Payloads are text; bytes of a process that are no UTF-8 appear as `Undecodable: b'...'`. Which event is due when is not
known here.
"""


def process_state(
    to: str, process: str, group: str, before: str, *, tries: int = 0, expected: bool = True, pid: int = 0
) -> str:
    """Of `PROCESS_STATE_<to>`; which of the last three are told depends on `to`."""
    said = f"processname:{process} groupname:{group} from_state:{before}"
    match to:
        case "STARTING" | "BACKOFF":
            return f"{said} tries:{tries}"
        case "RUNNING" | "STOPPING" | "STOPPED":
            return f"{said} pid:{pid}"
        case "EXITED":
            return f"{said} expected:{int(expected)} pid:{pid}"
    return said


def process_communication(process: str, group: str, pid: int, data: bytes) -> str:
    """Of `PROCESS_COMMUNICATION_STDOUT` and `_STDERR`: what a process wrote between the two marks."""
    return f"processname:{process} groupname:{group} pid:{pid}\n{as_text(data)}"


def process_log(process: str, group: str, pid: int, channel: str, data: bytes) -> str:
    """Of `PROCESS_LOG_STDOUT` and `_STDERR`: a piece of output as it was read."""
    return f"processname:{process} groupname:{group} pid:{pid} channel:{channel}\n{as_text(data)}"


def remote_communication(kind: str, data: str) -> str:
    """Of `REMOTE_COMMUNICATION`."""
    return f"type:{kind}\n{data}"


def process_group(group: str) -> str:
    """Of `PROCESS_GROUP_ADDED` and `_REMOVED`."""
    return f"groupname:{group}\n"


def tick(when: int) -> str:
    """Of `TICK_n`: the start of the slice in seconds since 1970, a multiple of n."""
    return f"when:{when}"


def as_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"Undecodable: {data!r}"
