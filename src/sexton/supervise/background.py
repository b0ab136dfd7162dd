"""Going into the background as daemons do (daemon(7)), and telling whoever has started us how that went.

The parent stays until the start has succeeded or failed, so its exit code says which, and it passes on what is wrong.
Our standard streams are /dev/null from the beginning, as nobody shall be held by a terminal.
"""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING

from sexton.model.errors import SextonError

if TYPE_CHECKING:
    from sexton.model.supervisord import Supervisord

_STARTED = b"\0"


class Refusal(SextonError):
    """What is wrong with the start, for the parent to pass on."""


class Parent:
    """The one that waits for us. As a context it hears of whatever ends the start before `release`."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def release(self) -> None:
        """The start has succeeded. May be called twice."""
        self._tell(_STARTED)

    def __enter__(self) -> Parent:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._tell(str(error).encode(errors="replace") if error is not None else b"it ended while it started")

    def _tell(self, said: bytes) -> None:
        if self._pipe >= 0:
            os.write(self._pipe, said[:4096])
            os.close(self._pipe)
            self._pipe = -1


def go_into_the_background(main: Supervisord) -> Parent | None:
    """Fork twice; in the process that is to go on, who waits for it, and None in the one that may end now. Raises
    Refusal in that one when the other could not start."""
    sys.stdout.flush()
    sys.stderr.flush()
    reader, writer = os.pipe2(os.O_CLOEXEC)
    if os.fork():
        os.close(writer)
        _await(reader)
        return None
    os.close(reader)
    os.setsid()
    if os.fork():  # so that no terminal can become ours by accident
        os._exit(0)
    _settle(main)
    return Parent(writer)


def _await(reader: int) -> None:
    said = b""
    while piece := os.read(reader, 4096):
        said += piece
    os.close(reader)
    os.wait()
    if said != _STARTED:
        raise Refusal(said.decode(errors="replace") or "it was ended while it started")


def _settle(main: Supervisord) -> None:
    if main.directory is not None:
        os.chdir(main.directory)
    os.umask(main.umask)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.close(null)
