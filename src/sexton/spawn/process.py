"""Starting one process: the only door to fork and exec.

A child gets descriptors 0 (/dev/null), 1 and 2 (one pipe), a session and process group of its own, every signal at its
default, and exactly the environment it is given. `_posixsubprocess.fork_exec` is what `subprocess.Popen` itself calls;
it is used directly because Popen costs 2 MB and 0.2 ms a start, and reaps behind our back. Its signature differs
between Python versions, so it is looked at once.
"""

import _posixsubprocess
import os
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sexton.model.errors import SpawnError
from sexton.model.job import Process

_fork: Callable[..., int] = _posixsubprocess.fork_exec
_SIGNATURE = getattr(_fork, "__text_signature__", None)  # Python 3.11 does not tell
_ALLOW_VFORK = (True,) if _SIGNATURE is None or "allow_vfork" in _SIGNATURE else ()


class Child(NamedTuple):
    """A started process and the end of its output pipe that we read (non-blocking)."""

    pid: int
    output: int


def spawn(process: Process, env: Mapping[str, str], stdin: int) -> Child:
    """Start `process` with environment `env` and descriptor `stdin` as its standard input.

    Raises SpawnError with the reason when the pipe, the fork or the exec fails; nothing is left over then.
    """
    try:
        reader, writer = os.pipe2(os.O_CLOEXEC)
    except OSError as error:
        raise SpawnError(f"cannot make a pipe: {error.strerror}") from None
    try:
        pid = _fork_exec(process, env, stdin, writer)
    except SpawnError:
        os.close(reader)
        raise
    finally:
        os.close(writer)
    os.set_blocking(reader, False)
    return Child(pid, reader)


def _fork_exec(process: Process, env: Mapping[str, str], stdin: int, output: int) -> int:
    """Fork, and wait until the child has become the program (vfork: it has when we go on) or could not."""
    complaint, complain = os.pipe2(os.O_CLOEXEC)
    argv = [os.fsencode(word) for word in process.argv]
    cwd = None if process.cwd is None else os.fsencode(process.cwd)
    arguments = (
        *(argv, _candidates(process.argv[0], env), True, (complain,), cwd, _env_list(env)),
        *(stdin, -1, -1, output, -1, output, complaint, complain),
        *(True, True, -1, None, None, None, -1, None),  # restore signals, new session, identity unchanged
    )
    try:
        pid = _fork(*arguments, *_ALLOW_VFORK)
    except (OSError, ValueError) as error:
        os.close(complaint)
        raise SpawnError(f"cannot start {process.argv[0]!r}: {error}") from None
    finally:
        os.close(complain)
    said = os.read(complaint, 1024)
    os.close(complaint)
    if said:
        os.waitpid(pid, 0)
        raise SpawnError(_reason(process, said))
    return pid


def _reason(process: Process, said: bytes) -> str:
    """What the child complained of before it could exec: `OSError:errno in hex:noexec` when it was the folder."""
    _, number, where = [*said.split(b":", 2), b"", b""][:3]
    text = os.strerror(int(number, 16)) if number else said.decode(errors="replace")
    if where.startswith((b"noexec", b"cwd")):
        return f"cannot enter {process.cwd!r} (cwd): {text}"
    return f"cannot start {process.argv[0]!r}: {text}"


def _candidates(program: str, env: Mapping[str, str]) -> tuple[bytes, ...]:
    """Where to look for the program: as it is when it has a slash, else along the child's PATH (execvp(3))."""
    if "/" in program:
        return (os.fsencode(program),)
    path = env.get("PATH", os.defpath)
    return tuple(os.fsencode(os.path.join(folder or ".", program)) for folder in path.split(os.pathsep))


def _env_list(env: Mapping[str, str]) -> list[bytes]:
    return [os.fsencode(f"{name}={value}") for name, value in env.items()]
