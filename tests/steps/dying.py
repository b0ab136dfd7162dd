"""Killing a step at each point where it touches files, one after the other: kill -9, in a real process.

Points are what Python's audit hooks (sys.addaudithook) tell of just before it happens.
"""

import os
import signal
import sys
from collections.abc import Callable
from warnings import catch_warnings, simplefilter

_TOUCHES = {
    "open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.scandir", "os.truncate", "os.utime",
    "shutil.copystat", "fcntl.flock", "sqlite3.connect",
}  # fmt: skip


def dies_at(point: int, act: Callable[[], object]) -> bool:
    """Whether a child that does `act` comes as far as its `point`-th touch of files, and is killed there."""
    with catch_warnings():
        simplefilter("ignore", DeprecationWarning)  # of other tests' threads; the child uses nothing that they may hold
        child = os.fork()
    if child == 0:
        _die_at(point)
        code = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            act()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "the step failed where it was not killed"
    return False


def _die_at(point: int) -> None:
    touched = 0

    def touch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal touched
        if event in _TOUCHES:
            touched += 1
            if touched == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(touch)
