"""Starting one process: the only door to fork and exec.

A child gets descriptors 0 (what it is given), 1 and 2 (one pipe, or two where its log keeps them apart), a session and
process group of its own, exactly the environment it is given, and every signal at its default that we do not ourselves
ignore (SIGPIPE and SIGXFSZ, which Python ignores, included); its signal mask is ours. `_posixsubprocess.fork_exec` is
what `subprocess.Popen` calls; it is used directly because Popen costs 2 MB and 0.2 ms a start, and reaps unasked.
Its signature differs between Python versions, so it is looked at once.
"""

import _posixsubprocess
import errno
import os
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from sexton.model.errors import SpawnError
from sexton.model.process import Process

REPORT = "SEXTON_STEP_REPORT"  # names the descriptor of the pipe for reports

_fork: Callable[..., int] = _posixsubprocess.fork_exec
_SIGNATURE = getattr(_fork, "__text_signature__", None)  # Python 3.11 does not tell
_ALLOW_VFORK = (True,) if _SIGNATURE is None or "allow_vfork" in _SIGNATURE else ()


class Child(NamedTuple):
    """A started process and the ends of its pipes that we read (non-blocking): its output, and, where its log keeps
    standard error apart, `errors`, and where it conducts steps, `report`; and of the pipe that we write, where it is
    fed, `input`."""

    pid: int
    output: int
    errors: int | None = None
    input: int | None = None
    report: int | None = None


def spawn(process: Process, env: Mapping[str, str], stdin: int, cgroup: int = -1) -> Child:
    """Start `process` with environment `env` and descriptor `stdin` as its standard input, in the cgroup whose
    `cgroup.procs` is open as `cgroup` (-1: in ours).

    Raises SpawnError with the reason when the pipe, the fork or the exec fails; nothing is left over then.
    """
    if process.flaw:
        raise SpawnError(process.flaw)
    try:
        return _spawn(process, env, stdin, cgroup)
    except OSError as error:
        reason = error.strerror
    except ValueError as error:  # a NUL in a word, or a character that no file system can spell
        reason = str(error)
    except MemoryError:  # ours, or the limit that the process is to have
        reason = os.strerror(errno.ENOMEM)
    raise SpawnError(f"cannot start {process.argv[0]!r}: {reason}")


def _spawn(process: Process, env: Mapping[str, str], stdin: int, cgroup: int) -> Child:
    """The pipes as one process sees them; our copies of their writing ends go when it has them."""
    readers: list[int] = []
    writers: list[int] = []
    try:
        apart = process.errors_apart or process.log.stderr is not None
        for _ in range(1 + apart + process.reports):
            reader, writer = os.pipe2(os.O_CLOEXEC)
            readers.append(reader)
            writers.append(writer)
            os.set_blocking(reader, False)
        kept: tuple[int, ...] = (writers[-1],) if process.reports else ()
        if kept:
            env = {**env, REPORT: str(writers[-1])}
        pid = _fork_exec(process, env, (stdin, writers[0], writers[apart], *kept), cgroup)
        return Child(pid, readers[0], readers[1] if apart else None, report=readers[-1] if kept else None)
    except BaseException:
        _close(readers)
        raise
    finally:
        _close(writers)


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _fork_exec(process: Process, env: Mapping[str, str], given: tuple[int, ...], cgroup: int) -> int:
    """Fork, with the `given` descriptors: the standard ones, and those that keep their numbers. Wait until the child
    has become the program (vfork: it has when we go on) or could not."""
    complaint, complain = os.pipe2(os.O_CLOEXEC)
    try:
        try:
            entering = _entering(cgroup, complain) if cgroup >= 0 else None
            pid = _start(process, (*_arguments(process, env, (complaint, complain), given), entering))
        finally:
            os.close(complain)
        said = _read_all(complaint)
    finally:
        os.close(complaint)
    if said:
        os.waitpid(pid, 0)
        raise SpawnError(_reason(process, env, said))
    if process.user is not None:
        _confirm(pid, process, env)
    return pid


def _read_all(complaint: int) -> bytes:
    """All that the child says before it is the program or gone; one with another user is no vfork: in pieces."""
    said = b""
    while piece := os.read(complaint, 1024):
        said += piece
    return said


def _start(process: Process, arguments: tuple[object, ...]) -> int:
    """Fork, directly or from where the child has what the process asks for."""
    if not process.limits and process.nice is None and not process.no_new_privs:
        return _fork(*arguments, *_ALLOW_VFORK)
    from sexton.spawn.standing import start

    return start(process, lambda: _fork(*arguments, *_ALLOW_VFORK))


def _confirm(pid: int, process: Process, env: Mapping[str, str]) -> None:
    from sexton.spawn.standing import confirm

    folder = os.fsencode(process.cwd or "")
    confirm(pid, process, [os.path.join(folder, file) for file in _candidates(process.argv[0], env)])


def _arguments(
    process: Process, env: Mapping[str, str], pipe: tuple[int, int], given: tuple[int, ...]
) -> tuple[object, ...]:
    complaint, complain = pipe
    stdin, output, errors, *kept = given
    argv = [os.fsencode(word) for word in process.argv]
    cwd = None if process.cwd is None else os.fsencode(process.cwd)
    return (
        *(argv, _candidates(process.argv[0], env), True, tuple(sorted((complain, *kept))), cwd, _env_list(env)),
        *(stdin, -1, -1, output, -1, errors, complaint, complain),
        *(True, True, -1, *_identity(process), -1 if process.umask is None else process.umask),
    )


def _entering(cgroup: int, complain: int) -> Callable[[], None]:
    """What the child does last before it is the program. Loaded for bounded processes alone."""
    from sexton.spawn.standing import entering

    return entering(cgroup, complain)


def _identity(process: Process) -> tuple[int | None, list[int] | None, int | None]:
    """The group, the supplementary groups and the user to take on; None for ours."""
    user = process.user
    return (None, None, None) if user is None else (user.gid, list(user.groups), user.uid)


def _reason(process: Process, env: Mapping[str, str], said: bytes) -> str:
    """What the child complained of before it could exec: `OSError:errno in hex:noexec` when it was the folder."""
    _, number, where = [*said.split(b":", 2), b"", b""][:3]
    code = int(number or b"0", 16)
    text = os.strerror(code) if code else said.decode(errors="replace")
    if where.startswith(b"cgroup"):
        return f"cannot enter its cgroup: {text}"
    if where.startswith((b"noexec", b"cwd")):
        return _identity_reason(process, code) or f"cannot enter {process.cwd!r} (cwd): {text}"
    return f"cannot start {process.argv[0]!r}: {text}{_advice(code, process, env)}"


def _identity_reason(process: Process, code: int) -> str | None:
    if process.user is None:
        return None
    from sexton.spawn.standing import identity_reason

    return identity_reason(process, code)


def _advice(code: int, process: Process, env: Mapping[str, str]) -> str:
    """What execve(2)'s error number leaves unsaid."""
    program, folder = process.argv[0], os.fsencode(process.cwd or "")
    if code == errno.ENOEXEC:
        return "; a script begins with a line such as #!/bin/sh"
    if code != errno.ENOENT:
        return ""
    if any(os.path.exists(os.path.join(folder, candidate)) for candidate in _candidates(program, env)):
        return "; the file is there, but not the interpreter that it names"
    return "" if "/" in program else f"; looked in PATH ({_path(env)})"


def _path(env: Mapping[str, str]) -> str:
    return env.get("PATH", os.defpath)


def _candidates(program: str, env: Mapping[str, str]) -> tuple[bytes, ...]:
    """Where to look for the program: as it is when it has a slash, else along the child's PATH (execvp(3))."""
    return (os.fsencode(program),) if "/" in program else _along(_path(env), program)


@lru_cache(maxsize=16)  # many services are the same program
def _along(path: str, program: str) -> tuple[bytes, ...]:
    return tuple(os.fsencode(os.path.join(folder or ".", program)) for folder in path.split(os.pathsep))


def _env_list(env: Mapping[str, str]) -> list[bytes]:
    """As os.fsencode would have it, which is asked some fifty times a process."""
    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
    return [f"{name}={value}".encode(encoding, errors) for name, value in env.items()]
