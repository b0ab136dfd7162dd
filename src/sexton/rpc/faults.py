"""supervisord's faults: what an XML-RPC call is answered with when it cannot be granted.

Codes and words are supervisord's, since clients look at the codes and show the words.
"""

from enum import IntEnum

from sexton.model.errors import SextonError


class Code(IntEnum):
    """Fault codes; SUCCESS stands beside them in the answers of group calls."""

    UNKNOWN_METHOD = 1
    INCORRECT_PARAMETERS = 2
    BAD_ARGUMENTS = 3
    SIGNATURE_UNSUPPORTED = 4
    SHUTDOWN_STATE = 6
    BAD_NAME = 10
    BAD_SIGNAL = 11
    NO_FILE = 20
    NOT_EXECUTABLE = 21
    FAILED = 30
    ABNORMAL_TERMINATION = 40
    SPAWN_ERROR = 50
    ALREADY_STARTED = 60
    NOT_RUNNING = 70
    SUCCESS = 80
    ALREADY_ADDED = 90
    STILL_RUNNING = 91
    CANT_REREAD = 92


class Fault(SextonError):
    """A call that cannot be granted: `code`, and as text its name, with a detail where there is one."""

    def __init__(self, code: Code, detail: str | None = None) -> None:
        self.code = code
        self.text = code.name if detail is None else f"{code.name}: {detail}"
        super().__init__(self.text)
