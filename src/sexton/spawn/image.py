"""The image that this process runs: what it was started as, and becoming it anew (execve(2)).

What is left to it is in a sealed file in memory (memfd_create(2)), since secret values are in it: its descriptor's
number is all that a variable says. Invariant: a descriptor can be inherited from right before the exec until it has
failed, and by nothing else.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterable, Mapping

from sexton.model.errors import HandOverError
from sexton.model.image import VARIABLE

_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


def command() -> tuple[str, ...]:
    """The interpreter and the arguments that this process was started with: what is installed there by now."""
    return (sys.executable, *sys.orig_argv[1:])


def become(content: bytes, descriptors: Iterable[int], env: Mapping[str, str]) -> None:
    """Become the image anew, with `descriptors` open and `content` to read. Raises HandOverError, and everything is
    as before then."""
    try:
        left = _seal(content)
    except OSError as error:
        raise HandOverError(f"cannot hold what is left to the new image: {error.strerror}") from error
    kept = (*descriptors, left)
    try:
        inherit(kept, True)
        os.execve(sys.executable, command(), {**env, VARIABLE: str(left)})
    except OSError as error:
        raise HandOverError(f"cannot become {sys.executable}: {error.strerror}") from error
    finally:
        inherit(kept, False)
        os.close(left)


def start_anew(env: Mapping[str, str]) -> None:
    """Become the image anew with nothing left to it: a fresh start of the same process."""
    os.execve(sys.executable, command(), env)


def inherit(descriptors: Iterable[int], wanted: bool) -> None:
    for fd in descriptors:
        os.set_inheritable(fd, wanted)


def take(fd: int) -> bytes:
    """What an image before this one has left in `fd`, which is closed. Raises HandOverError when it is no such file."""
    try:
        if fcntl.fcntl(fd, fcntl.F_GET_SEALS) != _SEALS:
            raise HandOverError("cannot take up what was left: it is not sealed")
        content = os.pread(fd, os.fstat(fd).st_size, 0)
        os.close(fd)
    except OSError as error:
        raise HandOverError(f"cannot take up what was left: {error.strerror}") from error
    return content


def _seal(content: bytes) -> int:
    fd = os.memfd_create("sexton-left", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        written = 0
        while written < len(content):
            written += os.write(fd, content[written:])
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
    except OSError:
        os.close(fd)
        raise
    return fd
