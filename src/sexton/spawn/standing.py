"""Starting a process that is to differ from us in more than its program: user, limits, niceness, privileges.

Loaded for such processes alone. Invariant: a process that could not be given all of it does not live on.
"""

import errno
import os
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress

from sexton.model.errors import SpawnError
from sexton.model.process import Process

_OF_IDENTITY = (errno.EPERM, errno.EAGAIN, errno.EINVAL)  # what setgroups(2), setregid(2), setreuid(2) answer


def start(process: Process, fork: Callable[[], int]) -> int:
    """What `fork` returns, called where its child has what `process` asks for. Raises SpawnError."""
    if process.limits:
        fork = _with_limits(process, fork)
    if process.nice is None and not process.no_new_privs:
        return fork()
    from sexton.spawn.thread import fork_apart

    return fork_apart(process, fork)


def entering(cgroup: int, complain: int) -> Callable[[], None]:
    """For the child, before it is its program: enter the cgroup whose `cgroup.procs` is open as `cgroup`. Who may do so
    is judged by who has opened it. What fails is complained of as _posixsubprocess does."""

    def enter() -> None:
        try:
            os.write(cgroup, b"0")
        except OSError as error:
            os.write(complain, b"OSError:%x:cgroup" % (error.errno or 0))
            os._exit(255)

    return enter


def confirm(pid: int, process: Process, program: Iterable[bytes]) -> None:
    """Make sure of what the process is, now that it is; end it and raise SpawnError when it is not.
    `program` are the files it may have been started from."""
    if process.user is None:
        return
    from sexton.spawn.identity import verify_user

    try:
        verify_user(pid, process.user, program)
    except SpawnError:
        end(pid)
        raise


def identity_reason(process: Process, code: int) -> str | None:
    """Why a child that ended before its program could not become its user; None when that was not the reason."""
    if process.user is None or code not in _OF_IDENTITY:
        return None
    return f"cannot become user {process.user.name!r}: {os.strerror(code)}; it takes CAP_SETUID and CAP_SETGID"


def end(pid: int) -> None:
    """KILL a process that has just been started, with its group, and collect it. One that we may not kill is let be."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    try:
        os.kill(pid, signal.SIGKILL)  # it may not lead its group yet
    except PermissionError:
        return
    os.waitpid(pid, 0)


def _with_limits(process: Process, fork: Callable[[], int]) -> Callable[[], int]:
    from sexton.spawn.limits import impose, limited

    def fork_within() -> int:
        with limited(process.limits):
            pid = fork()
        try:
            impose(pid, process.limits)
        except SpawnError:
            end(pid)
            raise
        return pid

    return fork_within
