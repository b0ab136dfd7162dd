"""Starting from a thread that differs from all others: what Linux keeps per thread, a child has from its thread.

Niceness and "no new privileges" are such (sched(7), PR_SET_NO_NEW_PRIVS in prctl(2)), and the latter cannot be taken
back: so a short-lived thread takes them on, forks, and is gone, and its child has them from its first instruction.
Nothing of it stays with Sexton.
"""

import os
from collections.abc import Callable
from threading import Thread

from sexton.model.errors import SpawnError
from sexton.model.process import Process

_PR_SET_NO_NEW_PRIVS = 38


def fork_apart(process: Process, fork: Callable[[], int]) -> int:
    """What `fork` returns in a thread of the niceness and privileges. Raises SpawnError, or what `fork` raises."""
    results: list[int] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            _become(process)
            results.append(fork())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it was asked for
            errors.append(error)

    thread = Thread(target=run, name="spawn")
    try:
        thread.start()
    except RuntimeError as error:
        raise SpawnError(f"cannot start a thread to start it from: {error}") from error
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _become(process: Process) -> None:
    if process.no_new_privs:
        _forbid_new_privileges()
    if process.nice is not None:
        try:
            os.setpriority(os.PRIO_PROCESS, 0, process.nice)  # 0 is the calling thread
        except OSError as error:
            raise SpawnError(f"cannot set nice to {process.nice}: {error.strerror}; it takes CAP_SYS_NICE") from error


def _forbid_new_privileges() -> None:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    unsigned = ctypes.c_ulong
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, unsigned(1), unsigned(0), unsigned(0), unsigned(0)) != 0:
        raise SpawnError(f"cannot set no_new_privs: {os.strerror(ctypes.get_errno())}")
